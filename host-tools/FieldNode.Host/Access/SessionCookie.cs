using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Access;

/// <summary>The cookie with a session's token: scripts cannot read it, and requests from other sites do not carry it.</summary>
internal static class SessionCookie
{
    private const string Plain = "fieldnode";

    // Only this host itself, over TLS, can set a cookie of this name (RFC 6265bis, 4.1.3.2).
    private const string Secure = "__Host-fieldnode";

    public static string? Read(HttpContext context) => context.Request.Cookies[Name(context)];

    public static void Set(HttpContext context, string token, TimeSpan lasts)
    {
        context.Response.Cookies.Append(Name(context), token, Form(context, lasts));
    }

    public static void Remove(HttpContext context)
    {
        context.Response.Cookies.Delete(Name(context), Form(context, lasts: null));
    }

    private static string Name(HttpContext context) => context.Request.IsHttps ? Secure : Plain;

    private static CookieOptions Form(HttpContext context, TimeSpan? lasts)
    {
        return new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = lasts
        };
    }
}
