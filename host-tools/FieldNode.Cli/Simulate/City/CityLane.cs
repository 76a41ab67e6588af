using System.Net.Http.Headers;
using System.Security.Cryptography;
using FieldNode.Host.Http;
using FieldNode.Protocol;
using FieldNode.Simulator.Load;

namespace FieldNode.Cli.Simulate.City;

/// <summary>What became of an upload.</summary>
internal enum Upload
{
    Acknowledged,

    /// <summary>The host has it, and the answer was lost: it comes again.</summary>
    AnswerLost,

    /// <summary>The host had no room for it.</summary>
    Refused,

    /// <summary>No host answered.</summary>
    Unanswered,
}

/// <summary>A node of the city as its uploads show it: it sends the next batch when the one before was acknowledged, and keeps it until
/// then.</summary>
/// <param name="records">Records of the whole day.</param>
/// <param name="random">Chance of this lane.</param>
internal sealed class CityLane(LaneLog log, uint records, double lostAnswers, Random random)
{
    public const int BatchFrames = 50;

    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(1);

    private byte[]? _kept;

    public uint Records => records;

    public uint Acknowledged { get; private set; }

    /// <summary>It is under way.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Milliseconds of the run before which it does not try again.</summary>
    public long NotBeforeMs { get; private set; }

    /// <summary>Whether it has a batch to send: a full one, or at the end of the day what is left. Lanes do not fill theirs at the same
    /// moment: the first is a smaller one.</summary>
    /// <param name="due">Records made up to now.</param>
    public bool HasWork(uint due) =>
        Acknowledged < due && (due - Acknowledged >= (Acknowledged == 0 ? 1 + log.Epoch * 37 % BatchFrames : BatchFrames)
        || due == records);

    /// <summary>Sends what is due next; what was not acknowledged before, byte for byte again.</summary>
    /// <exception cref="InvalidDataException">The host's answer is none: signed wrongly, for another batch, or it acknowledges less than it
    /// was sent.</exception>
    public async Task<Upload> Send(HttpClient host, uint due, Func<long> nowMs, CancellationToken cancel)
    {
        var last = _kept is null ? Math.Min(due, log.Next + BatchFrames - 1) : log.Next - 1;
        _kept ??= log.Take((int)(last - log.Next + 1));
        try
        {
            using var content = new ByteArrayContent(_kept);
            content.Headers.ContentType = new MediaTypeHeaderValue(BatchEndpoint.ContentType);
            using var response = await host.PostAsync(new Uri(BatchEndpoint.Path, UriKind.Relative), content, cancel);
            var answer = await response.Content.ReadAsByteArrayAsync(cancel);
            if (!response.IsSuccessStatusCode)
            {
                NotBeforeMs = nowMs() + (long)(response.Headers.RetryAfter?.Delta ?? s_askAgain).TotalMilliseconds;
                return (int)response.StatusCode is 503 or 429 ? Upload.Refused
                    : throw new InvalidDataException($"a host answered {(int)response.StatusCode} to a batch of lane {log.Epoch}");
            }

            Check(answer, last);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            NotBeforeMs = nowMs() + (long)s_askAgain.TotalMilliseconds;
            return Upload.Unanswered;
        }

        if (random.NextDouble() < lostAnswers)
        {
            return Upload.AnswerLost;
        }

        (Acknowledged, _kept) = (last, null);
        return Upload.Acknowledged;
    }

    private void Check(byte[] answer, uint last)
    {
        var reply = new Reply();
        var isSigned = answer.Length > Reply.TagBytes
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(log.ReplyKey, answer.AsSpan(0, answer.Length - Reply.TagBytes)),
            answer.AsSpan(answer.Length - Reply.TagBytes));
        if (!isSigned || !reply.TryRead(answer, answer.Length) || reply.Epoch != log.Epoch || reply.AcknowledgedUpTo < last
            || reply.Problem != 0)
        {
            throw new InvalidDataException($"a host's answer to lane {log.Epoch} is not one to its batch up to record {last}: "
                + $"{(isSigned ? $"it acknowledges {reply.AcknowledgedUpTo}, problem {reply.Problem}" : "it is not signed by the host")}");
        }
    }
}
