using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Web;
using FieldNode.Log;
using FieldNode.Log.Store;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FieldNode.Host.Http;

/// <summary>Request to settle a doubt.</summary>
public sealed record DecisionRequest(string Doubt, string Choice, string? Value, string Note);

/// <summary>Request to take a decision back.</summary>
public sealed record TakeBackRequest(string? Decision);

/// <summary>Request to search for a code. It is sent in a body, because a URL stays in histories and logs.</summary>
public sealed record SearchRequest(string? Code);

/// <summary>The JSON interface of the page. Codes of people are masked in its answers.</summary>
public sealed class PageApi(HostStore store, LiveStore live, TimeProvider time) : IDisposable
{
    private const int ListMax = 500;
    private const int DoubtsMax = 6;
    private const int BuildingsMax = 600;
    private const int CodeCharactersMax = 64;

    private readonly SearchLimit _searches = new();

    public void Dispose() => _searches.Dispose();

    public void Map(IEndpointRouteBuilder routes)
    {
        var screen = routes.MapGroup("/api").RequireAuthorization(Roles.Word(Role.Screen));
        screen.MapGet("/events", live.Events);
        screen.MapGet("/board", (int? round, string? site) => Results.Json(Board(round, site)));
        var viewer = routes.MapGroup("/api").RequireAuthorization(Roles.Word(Role.Viewer));
        viewer.MapGet("/coverage", (int? round, string? site) => Results.Json(Coverage(round, site, BuildingsMax)));
        viewer.MapGet("/pace", (int? round, string? site) =>
            Results.Json(PaceAnswer.Compute(live.Fleet(), Coverage(round, site), time.GetUtcNow())));
        viewer.MapGet("/bags", () => Results.Json(ManifestAnswer.Compute(store, live.Fleet(), time.GetUtcNow(), limit: ListMax)));
        viewer.MapGet("/training", () => Results.Json(TrainingAnswer.Compute(store).Take(ListMax)));
        routes.MapGet("/api/doubts", () => Results.Json(Doubts())).RequireAuthorization(Roles.Word(Role.Technician));
        var coordinator = routes.MapGroup("/api").RequireAuthorization(Roles.Word(Role.Coordinator));
        coordinator.MapGet("/missing", (int? round, string? site, string? building) => Results.Json(Missing(round, site, building)));
        coordinator.MapPost("/search", (HttpContext context) => Json.Take<SearchRequest>(context, "a search is a JSON object with code",
            request => Search(request.Code ?? "", context.User).ExecuteAsync(context)));
        coordinator.MapPost("/decide", Decide);
        coordinator.MapPost("/take-back", TakeBack);
    }

    private CoverageAnswer Coverage(int? round, string? site, int buildingsMax = 0)
    {
        var fleet = live.Fleet();
        return CoverageAnswer.Compute(store, fleet, round ?? fleet.LastRound, string.IsNullOrEmpty(site) ? null : site, buildingsMax);
    }

    private BoardAnswer Board(int? round, string? site)
    {
        var (fleet, coverage, now) = (live.Fleet(), Coverage(round, site), time.GetUtcNow());
        return BoardAnswer.Compute(fleet, coverage, PaceAnswer.Compute(fleet, coverage, now, withHours: false),
            ManifestAnswer.Compute(store, fleet, now, limit: ListMax), string.IsNullOrEmpty(site) ? null : site,
            now) is var board && string.IsNullOrEmpty(site) ? board with { BagsHere = ManifestAnswer.CountHere(store) } : board;
    }

    private object Missing(int? round, string? site, string? building)
    {
        var coverage = Coverage(round, site);
        var isBuilding = !string.IsNullOrEmpty(building);
        var people = coverage.MissingPeople(store, string.IsNullOrEmpty(site) ? null : site, isBuilding ? building : null,
            isBuilding ? int.MaxValue : ListMax);
        return new
        {
            coverage.Round,
            total = isBuilding ? people.Count : coverage.Missing,
            hasRoster = coverage.Expected > 0,
            people = people.Take(ListMax).Select(person => person.With(store.Vault.Masked))
        };
    }

    private object Doubts()
    {
        var answer = new DoubtsAnswer(store, live.Fleet());
        return new
        {
            limit = DoubtsMax,
            doubts = answer.List([], DoubtsMax).Select(doubt => doubt.With(store.Vault.Masked)),
            counts = answer.Counts(),
            decisions = answer.Decisions().Take(ListMax),
        };
    }

    private IResult Search(string text, ClaimsPrincipal user)
    {
        var who = user.Identity?.Name ?? "";
        if (!_searches.Allows(who))
        {
            return Problem.TooManySearches(SearchLimit.Burst).Result();
        }

        var code = text.Trim();
        if (code.Length is 0 or > CodeCharactersMax)
        {
            throw new HostFault("bad-code", ExitCode.Usage, $"a code has 1 to {CodeCharactersMax} characters",
                $"编号须为 1 至 {CodeCharactersMax} 个字符");
        }

        var person = PersonAnswer.Compute(store, code);
        var tubes = TraceAnswer.Compute(store, code).Select(tube => tube.With(store.Vault.Masked)).ToList();
        var bags = ManifestAnswer.Compute(store, live.Fleet(), time.GetUtcNow(), code);
        if (person.IsKnown || (tubes.Count == 0 && bags.Count == 0))
        {
            // The entry's count is 0 if no one has this code: many such entries indicate guessing.
            new AuditLog(store, time)
                .Note(new Disclosure(who, user.FindFirstValue(ClaimTypes.Role) ?? "", "search", store.Vault.Seal(code.ToUpperInvariant()),
                "", person.IsKnown ? 1 : 0));
        }

        return Results.Json(new { code, tubes, bags, person = person.IsKnown ? person.With(store.Vault.Masked) : null });
    }

    private Task TakeBack(HttpContext context)
    {
        return Json.Take<TakeBackRequest>(context, "taking back takes a JSON object with decision", request =>
        {
            new Settlement(store, time).TakeBack(request.Decision ?? "");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private Task Decide(HttpContext context)
    {
        return Json.Take<DecisionRequest>(context, "a decision is a JSON object with doubt, choice, value and note", request =>
        {
            if (request.Choice == Settlement.Strike && string.IsNullOrWhiteSpace(request.Note))
            {
                throw new HostFault("no-reason", ExitCode.Usage, "striking needs a reason: write it in note", "不计记录须写明理由：请填写 note");
            }

            new Settlement(store, time).Settle(request.Doubt ?? "", request.Choice ?? "", request.Value, context.User.Identity?.Name ?? "",
                request.Note ?? "");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }
}
