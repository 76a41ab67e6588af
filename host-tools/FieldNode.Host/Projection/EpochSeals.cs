using FieldNode.Host.Projection.Sightings;
using FieldNode.Host.Store;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Host.Projection;

/// <summary>
/// Opens the sealed codes of one epoch's records, as far as this host has the node's keys, and gives people's codes on as pseudonyms.
/// </summary>
/// <param name="vault">Null: codes are given on as they are, for who has no store.</param>
internal sealed class EpochSeals(ulong node, uint epoch, Vault? vault)
{
    private readonly List<Chain> _chains = [];

    /// <summary>A chain is known whose key is not here.</summary>
    public bool LacksKeys => _chains.Exists(chain => chain.LacksKey);

    /// <summary>Whether a chain is known, with its key or that it has none.</summary>
    public bool Knows(SealStart seals) => _chains.Exists(chain => chain.Since == seals.Since && chain.Of == (seals.Key, seals.Chain) && !chain.LacksKey);

    public static EpochSeals Of(DbConnection connection, Vault vault, ulong node, uint epoch)
    {
        var seals = new EpochSeals(node, epoch, vault);
        seals.Load(connection);
        return seals;
    }

    /// <summary>Takes in what became known of the epoch's chains and their keys.</summary>
    public void Load(DbConnection connection)
    {
        var rows = Sql.Query(connection, """
            SELECT since, seal_starts.key, chain, reserve FROM seal_starts LEFT JOIN seal_keys ON seal_keys.node = seal_starts.node AND seal_keys.key = seal_starts.key
            WHERE seal_starts.node = $node AND epoch = $epoch ORDER BY since, seal_starts.key, chain
            """, reader => ((uint)reader.GetInt64(0), reader.GetByte(1), reader.GetByte(2), reader[3] is byte[] wrapped ? vault!.Unwrap(wrapped, Secrets.SealReserve) : null), ("$node", (long)node), ("$epoch", (long)epoch));
        foreach (var (since, key, number, reserve) in rows)
        {
            var known = _chains.FindIndex(chain => chain.Since == since);
            if (known < 0 || _chains[known].LacksKey)
            {
                var chain = new Chain(since, key, epoch, reserve, number);
                _chains.RemoveAll(older => older.Since == since);
                _chains.Add(chain);
            }
        }

        _chains.Sort((one, other) => one.Since.CompareTo(other.Since));
    }

    /// <summary>A frame with its codes open: itself when it has none that are sealed; null when its key is not here.</summary>
    public byte[]? Open(uint sequence, byte[] frame)
    {
        var count = SealedPart.Find(frame, 0, out var at);
        if (count == 0 || _chains.Count == 0)
        {
            return frame;
        }

        return _chains.FindLast(chain => chain.Since <= sequence)?.Open(sequence, frame, at, count);
    }

    /// <summary>A person's code as it is given on: the same in small letters, as on rosters; the reason of one without papers is no code.</summary>
    public string PersonOf(CodeContent content)
    {
        var code = Capitals(content);
        return vault is null || content is PersonSampled { Kind: PersonSampled.KindNoPapers } ? code : vault.Seal(code);
    }

    /// <summary>What a record's code is found by, and the code as <see cref="PersonOf"/> seals it; for who has a store.</summary>
    public (CodeKey Key, string Code) KeyOf(CodeContent content)
    {
        if (content is not (PersonSampled or TurnedAway))
        {
            var open = EpochFold.Ascii(content);
            return (CodeKey.Of(open), open);
        }

        var code = Capitals(content);
        Span<byte> identity = stackalloc byte[CodeKey.Bytes];
        vault!.Identify(code, identity);
        return (CodeKey.Read(identity), code);
    }

    private static string Capitals(CodeContent content) => EpochFold.Ascii(content).ToUpperInvariant();

    /// <summary>One chain, with a key kept every so often so that a record in the middle is soon reached.</summary>
    private sealed class Chain
    {
        private const int Step = 256;

        // No node records so many before it has uploaded any: a number beyond is an attack on the host's time.
        private const uint JumpMax = 1 << 20;

        private readonly bool _isPlain;
        private readonly SealChain? _seals;
        private readonly List<byte[]> _keys = [];

        public Chain(uint since, byte key, uint epoch, byte[]? reserve, byte number)
        {
            Since = since;
            _isPlain = key == SealStart.Plain;
            Of = (key, number);
            if (reserve is null)
            {
                return;
            }

            var rest = reserve.ToArray();
            var root = SealChain.TakeRoot(HmacTags.Instance, rest);
            for (var i = 0; i < number; i++)
            {
                root = SealChain.TakeRoot(HmacTags.Instance, rest);
            }

            _seals = new SealChain(HmacTags.Instance);
            _seals.Begin(root, epoch, since);
            Keep();
        }

        public uint Since { get; }

        /// <summary>Key and number.</summary>
        public (byte Key, byte Number) Of { get; }

        public bool LacksKey => !_isPlain && _seals is null;

        public byte[]? Open(uint sequence, byte[] frame, int at, int count)
        {
            if (_isPlain)
            {
                return frame;
            }

            if (_seals is null || !MoveTo(sequence))
            {
                return null;
            }

            var open = frame.ToArray();
            _seals.Apply(open, at, count);
            return open;
        }

        private bool MoveTo(uint sequence)
        {
            var mark = (int)((sequence - Since) / Step);
            if (mark < _keys.Count && (sequence < _seals!.Sequence || sequence - _seals.Sequence >= Step))
            {
                _seals.Resume(_keys[mark], 0, Since + (uint)mark * Step);
            }
            else if (mark >= _keys.Count)
            {
                var last = Since + (uint)(_keys.Count - 1) * Step;
                if (sequence - last > JumpMax)
                {
                    return false;
                }

                _seals!.Resume(_keys[^1], 0, last);
                while (_keys.Count <= mark)
                {
                    _seals.MoveTo(Since + (uint)_keys.Count * Step);
                    Keep();
                }
            }

            _seals!.MoveTo(sequence);
            return true;
        }

        private void Keep()
        {
            var key = new byte[SealChain.KeyBytes];
            _seals!.CopyKey(key, 0);
            _keys.Add(key);
        }
    }
}
