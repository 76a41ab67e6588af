using FieldNode.Core.Ports;

namespace FieldNode.Simulator.Uplink;

/// <summary>Link quality; probabilities are 0 to 1, times in milliseconds.</summary>
public sealed record LinkQuality(double Lost = 0.02, double AnswerLost = 0.02, double Repeated = 0.02, double StaleAnswer = 0.01,
    int DelayMsMin = 5, int DelayMsMax = 250)
{
    public static readonly LinkQuality Perfect = new(0, 0, 0, 0, 1, 1);
}

/// <summary>Wi-Fi in simulated time: loses requests and answers, delays both, delivers some requests again later (which also reorders
/// them), and sometimes returns an old answer to a new request.</summary>
public sealed class SimulatedLink(IHostPort host, Random random, LinkQuality quality) : IUplink
{
    private const int TimeoutMs = 10_000;
    private const int SoonMs = 1000;

    private readonly List<(long At, byte Kind, byte[] Body)> _repeats = [];
    private byte _kind;
    private byte[]? _body;
    private long _deliverAt;
    private long _answerAt;
    private long _now;
    private HostAnswer? _answer;
    private byte[] _oldAnswer = [];

    /// <summary>False while the access point is off.</summary>
    public bool IsUp { get; set; } = true;

    public byte[] Answer { get; private set; } = [];

    public int AnswerCount { get; private set; }

    /// <summary>True if a delivery, an answer or a repeat is due within a second.</summary>
    public bool IsBusy => _body is not null && (_answer is null ? _now + SoonMs >= Math.Min(_deliverAt, _answerAt)
        : _now + SoonMs >= _answerAt) || _repeats.Any(repeat => _now + SoonMs >= repeat.At);

    /// <summary>Number of requests that reached the host.</summary>
    public int Delivered { get; private set; }

    public void Begin(byte kind, byte[] body, int count)
    {
        _kind = kind;
        _body = body.AsSpan(0, count).ToArray();
        _answer = null;
        var lost = !IsUp || random.NextDouble() < quality.Lost;
        _deliverAt = lost ? long.MaxValue : _now + Delay();
        _answerAt = _now + TimeoutMs;
        if (random.NextDouble() < quality.Repeated)
        {
            _repeats.Add((_now + random.Next(TimeoutMs), kind, _body));
        }
    }

    /// <summary>Advances simulated time and delivers what is due.</summary>
    public void Advance(long nowMs)
    {
        _now = nowMs;
        for (var i = _repeats.Count - 1; i >= 0; i--)
        {
            if (_repeats[i].At <= nowMs)
            {
                if (IsUp)
                {
                    host.Post(_repeats[i].Kind, _repeats[i].Body);
                }

                _repeats.RemoveAt(i);
            }
        }

        if (_body is not null && _answer is null && nowMs >= _deliverAt)
        {
            Delivered++;
            _answer = host.Post(_kind, _body);
            var lost = random.NextDouble() < quality.AnswerLost;
            _answerAt = _answer.Status == 0 || lost ? _answerAt : nowMs + Delay();
            _answer = lost ? HostAnswer.Unreachable : _answer;
        }
    }

    /// <summary>Simulates a power loss of the node: its request is dropped, but data already on its way to the host still
    /// arrives.</summary>
    public void PowerCut()
    {
        if (_body is not null && _answer is null && _deliverAt != long.MaxValue)
        {
            _repeats.Add((_deliverAt, _kind, _body));
        }

        _body = null;
    }

    public byte Poll()
    {
        if (_body is null)
        {
            return UplinkState.Idle;
        }

        if (_now < _answerAt)
        {
            return UplinkState.Pending;
        }

        _body = null;
        if (_answer is null || _answer.Status == 0 || !IsUp)
        {
            return UplinkState.Failed;
        }

        var stale = _oldAnswer.Length > 0 && random.NextDouble() < quality.StaleAnswer;
        Answer = stale ? _oldAnswer : _answer.Body;
        AnswerCount = Answer.Length;
        _oldAnswer = _answer.Body;
        return _answer.Status is >= 200 and < 300 ? UplinkState.Answered : UplinkState.Refused;
    }

    private int Delay()
    {
        return random.Next(quality.DelayMsMin, quality.DelayMsMax + 1);
    }
}
