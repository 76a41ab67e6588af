using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>
/// What opens the page, its answers and the log to people and to other hosts: drawn once, kept in the data directory for its owner alone, part
/// of the address that <c>serve</c> prints. Nodes do not need it: they have keys of their own.
/// </summary>
public sealed class AccessKey
{
    public const string FileName = "access-key";

    private const string Cookie = "fieldnode_key";
    private const string Parameter = "key";
    private const string Scheme = "Bearer ";
    private const int RandomBytes = 16;

    private AccessKey(string text)
    {
        Text = text;
    }

    /// <summary>32 hex digits.</summary>
    public string Text { get; }

    /// <summary>The key of a data directory; drawn when there is none yet.</summary>
    /// <exception cref="HostFault">The file cannot be read or written, or holds no key.</exception>
    public static AccessKey Of(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (!File.Exists(path))
            {
                Draw(path);
            }

            var text = File.ReadAllText(path).Trim();
            return text.Length == 2 * RandomBytes && text.All(char.IsAsciiHexDigit) ? new AccessKey(text) : throw new HostFault("bad-access-key", ExitCode.Failed, $"{path} holds no key of {2 * RandomBytes} hex digits: delete it, and a new one is drawn", $"{path} 不是 {2 * RandomBytes} 位十六进制密钥：删除后会重新生成");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostFault("data-not-writable", ExitCode.Failed, $"{path} cannot be used: {e.Message}", $"{path} 无法使用：{e.Message}");
        }
    }

    /// <summary>Lets a request through that carries the key: as a cookie, as a bearer token, or in the address, which then becomes a cookie.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        context.Response.Headers.CacheControl = "no-store"; // what names people is in no browser's files afterwards
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var given = context.Request.Query[Parameter].ToString();
        if (Fits(given) && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Cookies.Append(Cookie, Text, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromDays(30) });
            var rest = context.Request.Query.Where(value => value.Key != Parameter).SelectMany(value => value.Value, (value, text) => KeyValuePair.Create(value.Key, text));
            context.Response.Redirect(context.Request.Path + QueryString.Create(rest)); // the key does not stay in the address bar
            return;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (Fits(context.Request.Cookies[Cookie]) || (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Fits(header[Scheme.Length..])))
        {
            await next(context);
            return;
        }

        await Problem.NoAccess().Write(context);
    }

    private bool Fits(string? given)
    {
        return !string.IsNullOrEmpty(given) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Text));
    }

    private static void Draw(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true) + "\n"));
    }
}
