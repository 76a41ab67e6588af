using System.Text.Json;
using FieldNode.Host.Answers;
using FieldNode.Host.Reports;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FieldNode.Host.Http;

/// <summary>What a page sends to settle a doubt.</summary>
public sealed record DecisionRequest(string Doubt, string Choice, string? Value, string Who, string Note);

/// <summary>What a page looks for: in a body, because an address stays in histories and logs.</summary>
public sealed record SearchRequest(string? Code);

/// <summary>The page's questions and their answers as JSON. Codes of people leave here masked.</summary>
public sealed class PageApi(HostStore store, LiveStore live, TimeProvider time)
{
    private const int ListMax = 500;
    private const int DoubtsMax = 6;
    private const int BuildingsMax = 600;
    private const int CodeCharactersMax = 64;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", live.Events);
        routes.MapGet("/api/board", (int? round, string? site) => Answer(() => Board(round, site)));
        routes.MapGet("/api/coverage", (int? round, string? site) => Answer(() => Coverage(round, site, BuildingsMax)));
        routes.MapGet("/api/missing", (int? round, string? site, string? building) => Answer(() => Missing(round, site, building)));
        routes.MapGet("/api/pace", (int? round, string? site) => Answer(() => PaceAnswer.Of(live.Fleet(), Coverage(round, site), time.GetUtcNow())));
        routes.MapGet("/api/bags", () => Answer(() => ManifestAnswer.Of(store, live.Fleet(), time.GetUtcNow(), limit: ListMax)));
        routes.MapGet("/api/training", () => Answer(() => TrainingAnswer.Of(store).Take(ListMax)));
        routes.MapGet("/api/doubts", () => Answer(Doubts));
        routes.MapPost("/api/search", (HttpContext context) => Take<SearchRequest>(context, "a search is a JSON object with code", request => Answer(() => Search(request.Code ?? "")).ExecuteAsync(context)));
        routes.MapPost("/api/decide", Decide);
    }

    private CoverageAnswer Coverage(int? round, string? site, int buildingsMax = 0)
    {
        var fleet = live.Fleet();
        return CoverageAnswer.Of(store, fleet, round ?? fleet.LastRound, string.IsNullOrEmpty(site) ? null : site, buildingsMax);
    }

    private BoardAnswer Board(int? round, string? site)
    {
        var (fleet, coverage, now) = (live.Fleet(), Coverage(round, site), time.GetUtcNow());
        return BoardAnswer.Of(fleet, coverage, PaceAnswer.Of(fleet, coverage, now, withHours: false), ManifestAnswer.Of(store, fleet, now, limit: ListMax), string.IsNullOrEmpty(site) ? null : site, now) is var board && string.IsNullOrEmpty(site) ? board with { BagsHere = ManifestAnswer.CountHere(store) } : board;
    }

    private object Missing(int? round, string? site, string? building)
    {
        var coverage = Coverage(round, site);
        var people = coverage.MissingPeople(store, string.IsNullOrEmpty(site) ? null : site, string.IsNullOrEmpty(building) ? null : building, ListMax);
        return new { coverage.Round, total = coverage.Missing, people = people.Select(person => person.With(store.Vault.Masked)) };
    }

    private object Doubts()
    {
        var answer = new DoubtsAnswer(store, live.Fleet());
        return new
        {
            doubts = answer.List([], DoubtsMax).Select(doubt => doubt.With(store.Vault.Masked)),
            counts = answer.Counts(),
            decisions = answer.Decisions().Take(ListMax),
        };
    }

    private object Search(string text)
    {
        var code = text.Trim();
        if (code.Length is 0 or > CodeCharactersMax)
        {
            throw new HostFault("bad-code", ExitCode.Usage, $"a code has 1 to {CodeCharactersMax} characters", $"编号须为 1 至 {CodeCharactersMax} 个字符");
        }

        var person = PersonAnswer.Of(store, code);
        return new
        {
            code,
            tubes = TraceAnswer.Of(store, code).Select(tube => tube.With(store.Vault.Masked)),
            bags = ManifestAnswer.Of(store, live.Fleet(), time.GetUtcNow(), code),
            person = person.IsKnown ? person.With(store.Vault.Masked) : null,
        };
    }

    private async Task Decide(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != context.Request.Host.Value))
        {
            await Problem.NoAccess().Write(context);
            return;
        }

        await Take<DecisionRequest>(context, "a decision is a JSON object with doubt, choice, value, who and note", request =>
        {
            new Settlement(store, time).Settle(request.Doubt ?? "", request.Choice ?? "", request.Value, request.Who ?? "", request.Note ?? "");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private static async Task Take<T>(HttpContext context, string form, Func<T, Task> take)
    {
        try
        {
            await take(await context.Request.ReadFromJsonAsync<T>(context.RequestAborted) ?? throw new JsonException("it is empty"));
        }
        catch (HostFault fault)
        {
            await Problem.Of(fault).Write(context);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await Problem.BadQuery(form).Write(context);
        }
    }

    private static IResult Answer(Func<object> answer)
    {
        try
        {
            return Results.Json(answer());
        }
        catch (HostFault fault)
        {
            return Problem.Of(fault).Result();
        }
    }
}
