using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Access;

/// <summary>The page's addresses, and the least role that may see each.</summary>
public static class Pages
{
    /// <summary>Where a request without a session is redirected.</summary>
    public const string SignIn = "/sign-in";

    public static IReadOnlyDictionary<string, (string File, Role Least)> All { get; } =
        new Dictionary<string, (string File, Role Least)>(StringComparer.OrdinalIgnoreCase)
        {
            ["/"] = ("index.html", Role.Viewer),
            ["/board"] = ("board.html", Role.Screen)
        };

    /// <summary>Whether a path is a page; like routing, it ignores case and a trailing slash.</summary>
    public static bool IsPage(PathString path) => All.ContainsKey("/" + (path.Value ?? "").Trim('/'));
}
