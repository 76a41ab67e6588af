using System.Net.Http.Headers;
using System.Security.Cryptography;
using FieldNode.Host.Http;
using FieldNode.Protocol;
using FieldNode.Simulator.Load;

namespace FieldNode.Cli.Simulate.City;

/// <summary>Outcome of an upload.</summary>
internal enum Upload
{
    Acknowledged,

    /// <summary>The host has the batch, but its answer was lost: the lane sends it again.</summary>
    AnswerLost,

    /// <summary>The host was overloaded (status 503 or 429).</summary>
    Refused,

    /// <summary>No host answered.</summary>
    Unanswered,
}

/// <summary>A node of the city, reduced to its uploads: it keeps a batch until it is acknowledged, and then sends the next.</summary>
/// <param name="records">Records of the whole day.</param>
/// <param name="random">Random numbers of this lane.</param>
internal sealed class CityLane(LaneLog log, uint records, double lostAnswers, Random random)
{
    public const int BatchFrames = 50;

    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(1);

    private byte[]? _kept;

    public uint Records => records;

    public uint Acknowledged { get; private set; }

    /// <summary>Whether an upload is queued or running.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Earliest time of the next attempt, in milliseconds of the run.</summary>
    public long NotBeforeMs { get; private set; }

    /// <summary>Whether it has a batch to send: a full one, or the rest at the end of the day. The first batch is smaller, by a different
    /// amount on each lane, so that lanes do not all fill their batches at the same moment.</summary>
    /// <param name="due">Records made up to now.</param>
    public bool HasWork(uint due) =>
        Acknowledged < due && (due - Acknowledged >= (Acknowledged == 0 ? 1 + log.Epoch * 37 % BatchFrames : BatchFrames)
        || due == records);

    /// <summary>Sends the next due records, or the unacknowledged batch again, byte for byte.</summary>
    /// <exception cref="InvalidDataException">The host's answer is invalid: an unexpected status, a bad signature, another batch, a
    /// problem, or fewer records acknowledged than sent.</exception>
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
            throw new InvalidDataException($"a host's answer to lane {log.Epoch} does not acknowledge its batch up to record {last}: "
                + $"{(isSigned ? $"it acknowledges {reply.AcknowledgedUpTo}, problem {reply.Problem}" : "it is not signed by the host")}");
        }
    }
}
