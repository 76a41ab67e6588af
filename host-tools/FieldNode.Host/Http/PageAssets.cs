using FieldNode.Host.Access;
using FieldNode.Host.Web;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FieldNode.Host.Http;

/// <summary>Serves the page's files, which are embedded in this assembly: no build step and no requests to other servers.</summary>
public static class PageAssets
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, (string Type, byte[] Bytes)> s_files = Read();

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, (file, least)) in Pages.All)
        {
            routes.MapGet(path, context => Write(context, file)).RequireAuthorization(Roles.Word(least));
        }

        routes.MapGet(Pages.SignIn, context => Write(context, "sign-in.html")).AllowAnonymous();
        routes.MapGet("/assets/{name}", (HttpContext context, string name) => Write(context, name)).AllowAnonymous();
    }

    private static async Task Write(HttpContext context, string name)
    {
        if (!s_files.TryGetValue(name, out var file))
        {
            await Problem.NotFound($"there is no file '{name}'").Write(context);
            return;
        }

        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted);
    }

    private static FrozenDictionary<string, (string, byte[])> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "FieldNode.Host.Page.";
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[prefix.Length..], name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return (Path.GetExtension(name) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "text/javascript; charset=utf-8"
            }, bytes);
        });
    }
}
