using FieldNode.Host.Web;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>What browsers are told about every answer, and what is not taken from the pages of others.</summary>
internal static class BrowserGuard
{
    /// <summary>Strict headers for all answers; the page's own files loosen two of them.</summary>
    public static Task Harden(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store"; // what names people is in no browser's files afterwards
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    }

    /// <summary>What changes something is taken from this host's own page alone: a browser says from where it comes, and cannot be told
    /// otherwise.</summary>
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
