using FieldNode.Host.Web;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FieldNode.Host.Access;

/// <summary>Authenticates a request: a person by session, another host by the access key. The fallback policy requires a
/// coordinator.</summary>
public sealed class Gate(Accounts accounts, AccessKey access) : IAuthenticationHandler
{
    /// <summary>Policy for what another host may request.</summary>
    public const string HostPolicy = "host";

    private const string Scheme = "fieldnode";
    private const string Bearer = "Bearer ";

    private HttpContext _context = null!;

    /// <summary>Adds authentication and authorization: one policy for each role, named by the role's word, and one for hosts.</summary>
    public static void AddTo(IServiceCollection services, Accounts accounts, AccessKey access)
    {
        services.AddSingleton(accounts).AddSingleton(access).AddTransient<Gate>();
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<Gate>(Scheme, displayName: null);
            options.DefaultScheme = Scheme;
        });
        services.AddAuthorization(options =>
        {
            foreach (var role in Roles.All)
            {
                options.AddPolicy(Roles.Word(role),
                    policy => policy.RequireRole(Roles.All.Where(other => other >= role).Select(Roles.Word)));
            }

            options.AddPolicy(HostPolicy, policy => policy.RequireRole(HostPolicy));
            options.FallbackPolicy = options.GetPolicy(Roles.Word(Role.Coordinator));
        });
    }

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var header = _context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(access.Fits(header[Bearer.Length..].Trim()) ? Is("", HostPolicy) : AuthenticateResult.NoResult());
        }

        var account = SessionCookie.Read(_context) is { } token ? accounts.Of(token) : null;
        return Task.FromResult(account is null ? AuthenticateResult.NoResult() : Is(account.Name, Roles.Word(account.Role)));
    }

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (Pages.IsPage(_context.Request.Path) && HttpMethods.IsGet(_context.Request.Method))
        {
            _context.Response.Redirect(Pages.SignIn + QueryString.Create("then", _context.Request.Path + _context.Request.QueryString));
            return Task.CompletedTask;
        }

        return Problem.NoAccess().Write(_context);
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        if (Pages.IsPage(_context.Request.Path) && _context.User.IsInRole(Roles.Word(Role.Screen)))
        {
            _context.Response.Redirect("/board"); // the only page for this role
            return Task.CompletedTask;
        }

        return Problem.NotAllowed(_context.User.FindFirstValue(ClaimTypes.Role) ?? "", isHost: _context.User.IsInRole(HostPolicy))
            .Write(_context);
    }

    private static AuthenticateResult Is(string name, string role)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, role)], Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }
}
