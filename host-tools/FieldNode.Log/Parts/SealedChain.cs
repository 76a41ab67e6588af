using FieldNode.Protocol;

namespace FieldNode.Log.Parts;

/// <summary>
/// A chain of seals of an epoch. It keeps a key at regular distances, so that a record in the middle is reached quickly. The number of keys
/// is limited: the longer the chain, the greater the distance.
/// </summary>
internal sealed class SealedChain
{
    /// <summary>The number of keys kept per chain, 32 bytes each.</summary>
    internal const int KeysMax = 256;

    private const int StepMin = 256;

    // No node creates this many records before it uploads any: a number beyond this is an attack on the host's time.
    private const uint JumpMax = 1 << 20;

    private readonly bool _isPlain;
    private readonly bool _isBound;
    private readonly SealChain? _seals;
    private readonly List<byte[]> _keys = [];
    private uint _step = StepMin;

    /// <param name="reserve">Null if this host does not have it.</param>
    public SealedChain(SealStart start, uint epoch, byte[]? reserve)
    {
        Since = start.Since;
        _isPlain = start.Key == SealStart.Plain;
        _isBound = start.IsBound;
        Of = (start.Key, start.Chain, start.Check);
        if (reserve is null)
        {
            return;
        }

        var rest = reserve.ToArray();
        var root = SealChain.TakeRoot(HmacTags.Instance, rest);
        for (var i = 0; i < start.Chain; i++)
        {
            root = SealChain.TakeRoot(HmacTags.Instance, rest);
        }

        _seals = new SealChain(HmacTags.Instance);
        _seals.Begin(root, epoch, Since, _isBound);
        Keep();
    }

    public uint Since { get; }

    /// <summary>Key, number and check.</summary>
    public (byte Key, byte Number, uint Check) Of { get; }

    public bool LacksKey => !_isPlain && _seals is null;

    /// <summary>
    /// The number of keys to derive, each from the previous one, to reach a record: the cost of opening it. 0 if codes are not sealed, or
    /// the key is missing.
    /// </summary>
    public uint StepsTo(uint sequence)
    {
        if (_seals is null)
        {
            return 0;
        }

        var last = LastKept;
        return sequence < Since ? 0
            : sequence <= last ? Math.Min(_step, sequence - Since)
            : sequence - (_seals.Sequence <= sequence ? Math.Max(last, _seals.Sequence) : last);
    }

    /// <summary>Derives at most this many keys on the way to a record, so that others get their turn in between.</summary>
    public void Advance(uint sequence, uint steps)
    {
        var left = StepsTo(sequence);
        if (left > 0 && IsWithinReach(sequence))
        {
            MoveTo(sequence - (left - Math.Min(left, steps)));
        }
    }

    /// <summary>True if a record is near enough to those before it for its key to be derived.</summary>
    public bool IsWithinReach(uint sequence)
    {
        var last = LastKept;
        return sequence <= last || sequence - last <= JumpMax;
    }

    public byte[]? Open(uint sequence, byte[] frame, int at, int count)
    {
        if (_isPlain)
        {
            return frame;
        }

        var open = frame.ToArray();
        return OpenInPlace(sequence, open, 0, at, count) ? open : null;
    }

    /// <summary>Opens a record's code in place; false if its key is missing or out of reach.</summary>
    /// <param name="offset">Where the frame begins.</param>
    public bool OpenInPlace(uint sequence, byte[] bytes, int offset, int at, int count)
    {
        if (_isPlain)
        {
            return true;
        }

        if (_seals is null || !MoveTo(sequence))
        {
            return false;
        }

        _seals.Apply(bytes, offset, at, count);
        return true;
    }

    private uint LastKept => Since + (uint)Math.Max(0, _keys.Count - 1) * _step;

    private bool MoveTo(uint sequence)
    {
        if (!IsWithinReach(sequence))
        {
            return false;
        }

        var mark = Math.Min((int)((sequence - Since) / _step), _keys.Count - 1);
        var at = Since + (uint)mark * _step;
        if (sequence < _seals!.Sequence || _seals.Sequence < at)
        {
            _seals.Resume(_keys[mark], 0, at, _isBound);
        }

        while (sequence - Since >= (uint)_keys.Count * _step)
        {
            _seals.MoveTo(Since + (uint)_keys.Count * _step);
            Keep();
        }

        _seals.MoveTo(sequence);
        return true;
    }

    private void Keep()
    {
        var key = new byte[SealChain.KeyBytes];
        _seals!.CopyKey(key, 0);
        _keys.Add(key);
        if (_keys.Count > KeysMax)
        {
            var every = 0;
            _keys.RemoveAll(_ => every++ % 2 == 1);
            _step *= 2;
        }
    }
}
