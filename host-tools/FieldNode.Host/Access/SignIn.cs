using FieldNode.Host.Web;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FieldNode.Host.Access;

/// <summary>Credentials for signing in: a link's token, or name and password.</summary>
public sealed record SignInRequest(string? Link, string? Name, string? Password);

/// <summary>A new password, and the current one if set.</summary>
public sealed record PasswordRequest(string? Password, string? Before);

/// <summary>Signing in and out. Attempts are rate-limited by address and by name, and the number of simultaneous checks is
/// limited.</summary>
internal sealed class SignIn(Accounts accounts) : IDisposable
{
    private const int AtOnce = 2; // each check takes about 0.1 s on purpose

    private readonly PartitionedRateLimiter<IPAddress> _addresses = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(tokens: 20, TimeSpan.FromSeconds(3))));
    private readonly PartitionedRateLimiter<string> _names = PartitionedRateLimiter.Create<string, string>(name =>
        RateLimitPartition.GetTokenBucketLimiter(name.ToUpperInvariant(), _ => Bucket(tokens: 10, TimeSpan.FromSeconds(30))));
    private readonly ConcurrencyLimiter _checks =
        new(new ConcurrencyLimiterOptions
        {
            PermitLimit = AtOnce,
            QueueLimit = 20,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst
        });

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/sign-in", context => Json.Take<SignInRequest>(context, "signing in takes a JSON object with link, or with "
            + "name and password", request => Enter(context, request))).AllowAnonymous();
        routes.MapPost("/api/sign-out", Leave).AllowAnonymous();
        routes.MapPost("/api/password", context => Json.Take<PasswordRequest>(context, "setting a password takes a JSON object with "
            + "password and before", request => SetPassword(context, request))).RequireAuthorization(Roles.Word(Role.Viewer));
        routes.MapGet("/api/me", Me).RequireAuthorization(Roles.Word(Role.Screen));
    }

    public void Dispose()
    {
        _addresses.Dispose();
        _names.Dispose();
        _checks.Dispose();
    }

    private async Task Enter(HttpContext context, SignInRequest request)
    {
        var name = request.Name?.Trim() ?? "";
        using var address = _addresses.AttemptAcquire(AddressGroup.From(context.Connection.RemoteIpAddress));
        // an address over its limit must not use up a name's tries
        using var account = address.IsAcquired && request.Link is null ? _names.AttemptAcquire(name) : null;
        using var check = address.IsAcquired && account?.IsAcquired != false ? await _checks.AcquireAsync(1, context.RequestAborted) : null;
        if (check is not { IsAcquired: true })
        {
            await Problem.TooManyTries().Write(context);
            return;
        }

        var session = request.Link is { } link ? accounts.Follow(link) : accounts.SignIn(name, request.Password ?? "");
        if (session is not var (who, token, lasts))
        {
            await (request.Link is null ? Problem.WrongPassword() : Problem.LinkUsed(Accounts.LinkMax)).Write(context);
            return;
        }

        SessionCookie.Set(context, token, lasts);
        await context.Response.WriteAsJsonAsync(Shown(who), context.RequestAborted);
    }

    private Task Leave(HttpContext context)
    {
        if (SessionCookie.Read(context) is { } token)
        {
            accounts.SignOut(token);
            SessionCookie.Remove(context);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task SetPassword(HttpContext context, PasswordRequest request)
    {
        var token = SessionCookie.Read(context) ?? "";
        if (accounts.Of(token) is not { } account)
        {
            await Problem.NoAccess().Write(context);
            return;
        }

        using var tries = account.HasPassword ? _names.AttemptAcquire(account.Name) : null; // without a password there is nothing to guess
        using var check = tries?.IsAcquired != false ? await _checks.AcquireAsync(1, context.RequestAborted) : null;
        if (check is not { IsAcquired: true })
        {
            await Problem.TooManyTries().Write(context);
            return;
        }

        if (account.HasPassword && !accounts.IsPassword(account.Name, request.Before ?? ""))
        {
            await Problem.WrongPassword().Write(context);
            return;
        }

        if (!accounts.SetPassword(account.Name, request.Password ?? "", token))
        {
            await Problem.NoAccess().Write(context); // the session ended meanwhile
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private IResult Me(HttpContext context)
    {
        return SessionCookie.Read(context) is { } token && accounts.Of(token) is { } account ? Results.Json(Shown(account))
            : Problem.NoAccess().Result();
    }

    private static object Shown(Account account) => new { account.Name, role = Roles.Word(account.Role), account.HasPassword };

    private static TokenBucketRateLimiterOptions Bucket(int tokens, TimeSpan each)
    {
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = each,
            AutoReplenishment = true
        };
    }
}
