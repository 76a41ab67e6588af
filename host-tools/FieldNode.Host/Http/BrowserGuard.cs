using FieldNode.Host.Web;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>Security headers for every response, and rejection of cross-site requests.</summary>
internal static class BrowserGuard
{
    /// <summary>Sets strict headers on all responses; the page's own files relax two of them.</summary>
    public static Task Harden(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store"; // personal data must not stay in a browser's cache
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    }

    /// <summary>Accepts state-changing requests only from this host's own page. The browser reports a request's origin, and a page cannot
    /// forge it.</summary>
    public static Task RefuseForeign(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isFromPage = request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(request.Method)
            && !HttpMethods.IsHead(request.Method);
        return isFromPage && !IsOwn(request) ? Problem.ForeignPage().Write(context) : next(context);
    }

    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0 ? site == "same-origin" : request.Headers.Origin == $"{request.Scheme}://{request.Host}";
    }
}
