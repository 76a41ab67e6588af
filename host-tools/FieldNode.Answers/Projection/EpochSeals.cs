using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Opens the sealed codes of one epoch's records, as far as this host has the node's keys, and gives people's codes on as pseudonyms.
/// </summary>
/// <param name="vault">Null: codes are given on as they are, for who has no store.</param>
internal sealed class EpochSeals(ulong node, uint epoch, Vault? vault)
{
    private readonly List<SealedChain> _chains = [];
    private HashSet<uint>? _unreadable;

    private static ReadOnlySpan<byte> StandIn => "000000190001010009"u8;
    private bool _isFromOpened;
    private bool _hasImages;

    /// <summary>What was opened before of the records that come now; null: nothing.</summary>
    public OpenedPart? Opened { get; set; }

    /// <summary>A chain is known whose key is not here.</summary>
    public bool LacksKeys => _chains.Exists(chain => chain.LacksKey);

    /// <summary>Whether a chain is known, with its key or that it has none.</summary>
    /// <param name="isImage">It is a flash image that names the chain. What a node has signed is to be looked at again where an image has
    /// told a chain.</param>
    public bool Knows(SealStart seals, bool isImage) =>
        (isImage || !_hasImages) && _chains.Exists(chain => Says(seals, chain) && !chain.LacksKey);

    public static EpochSeals Of(DbConnection connection, Vault vault, ulong node, uint epoch)
    {
        var seals = new EpochSeals(node, epoch, vault);
        seals.Load(connection);
        return seals;
    }

    /// <summary>The same chains, which are not changed when others become known.</summary>
    public EpochSeals Copy()
    {
        var copy = new EpochSeals(node, epoch, vault);
        copy._chains.AddRange(_chains);
        return copy;
    }

    /// <summary>
    /// For who asks what happened and not to whom: a stand-in is in the place of each person's code that can be read, and no key is
    /// derived, which may take a second for a record that is far from those before it.
    /// </summary>
    public static EpochSeals WithoutCodes(DbConnection connection, ulong node, uint epoch)
    {
        return new EpochSeals(node, epoch, vault: null)
        {
            _unreadable = [.. Sql.Query(connection, "SELECT sequence FROM unreadable WHERE node = @node AND epoch = @epoch",
                reader => (uint)reader.GetInt64(0), new { node = (long)node, epoch = (long)epoch })],
        };
    }

    /// <summary>
    /// Takes in what became known of the epoch's chains and their keys; whether records that were opened before are to be opened again
    /// under another chain.
    /// </summary>
    /// <param name="foldedUpTo">The last record that was opened before.</param>
    public bool Load(DbConnection connection, uint foldedUpTo = 0)
    {
        var starts = Sql.Query(connection, "SELECT since, key, chain, seal_check, is_image FROM seal_starts WHERE node = @node AND epoch "
            + "= @epoch ORDER BY since, key, chain, seal_check", reader =>
            (Start: new SealStart
            {
                Since = (uint)reader.GetInt64(0),
                Key = reader.GetByte(1),
                Chain = reader.GetByte(2),
                Check = (uint)reader.GetInt64(3)
            }, IsImage: reader.GetInt64(4) != 0), new { node = (long)node, epoch = (long)epoch });
        _hasImages = starts.Exists(start => start.IsImage);
        SealedChain[] before = [.. _chains];
        if (_hasImages)
        {
            starts = Believed(connection, starts);
            _chains.RemoveAll(chain => !starts.Exists(start => Says(start.Start, chain)));
        }

        // Where two begin with one record, the same one counts in whatever order they came: the first whose key is here.
        foreach (var group in starts.GroupBy(start => start.Start.Since))
        {
            var known = _chains.Find(chain => chain.Since == group.Key);
            if (known is null || known.LacksKey || group.Count() > 1)
            {
                var all = group.Select(start => known is { LacksKey: false } && Says(start.Start, known) ? known
                    : new SealedChain(start.Start, epoch, SealReserves.Find(connection, vault!, node, start.Start))).ToList();
                _chains.RemoveAll(older => older.Since == group.Key);
                _chains.Add(all.Find(chain => !chain.LacksKey) ?? all[0]);
            }
        }

        _chains.Sort((one, other) => one.Since.CompareTo(other.Since));
        var hasLost = before.Any(chain => !chain.LacksKey && !_chains.Contains(chain));
        var hasFound = _chains.Exists(now => now.Since <= foldedUpTo && !before.Any(chain => chain.Since == now.Since));
        return hasLost || hasFound || (_hasImages && !before.Select(Name).SequenceEqual(_chains.Select(Name)));
    }

    private static bool Says(SealStart start, SealedChain chain) => Name(chain) == (start.Since, (start.Key, start.Chain, start.Check));

    private static (uint Since, (byte Key, byte Number, uint Check) Of) Name(SealedChain chain) => (chain.Since, chain.Of);

    // What an image says of a chain holds only where no signed record says otherwise: else who can write a chip closes what others have
    // signed.
    private List<(SealStart Start, bool IsImage)> Believed(DbConnection connection, List<(SealStart Start, bool IsImage)> starts)
    {
        var signed = new List<(uint Since, uint Last)>();
        foreach (var bytes in Sql.Query(connection, "SELECT bytes FROM batches WHERE node = @node AND epoch = @epoch",
            reader => (byte[])reader[0], new { node = (long)node, epoch = (long)epoch }))
        {
            var batch = new Batch();
            if (!LogPart.IsUnsigned(bytes) && batch.TryReadHead(bytes, 0, bytes.Length) == BatchFault.None
                && batch.Seals.Key != SealStart.Unknown)
            {
                signed.Add((batch.Seals.Since, batch.FirstSequence + (uint)batch.FrameCount - 1));
            }
        }

        return starts.FindAll(start => !start.IsImage
            || !signed.Exists(one => one.Since <= start.Start.Since && one.Last >= start.Start.Since));
    }

    /// <summary>A frame with its codes open: itself when it has none that are sealed; null when its key is not here.</summary>
    public ArraySegment<byte>? Open(uint sequence, byte[] frame)
    {
        _isFromOpened = false;
        var count = SealedPart.Find(frame, 0, out var at);
        if (_unreadable is not null && count > 0)
        {
            return _unreadable.Contains(sequence) ? default(ArraySegment<byte>?) : WithoutCode(frame, at, count);
        }

        if (count == 0 || _chains.Count == 0)
        {
            return frame;
        }

        var chain = _chains.LastUpTo(sequence, static chain => chain.Since) is >= 0 and var last ? _chains[last] : null;
        if (chain is not null && Opened?.Of(sequence, frame, chain) is { } opened)
        {
            _isFromOpened = true;
            return opened;
        }

        return chain?.Open(sequence, frame, at, count) is { } open ? new ArraySegment<byte>(open) : default(ArraySegment<byte>?);
    }

    /// <summary>Whether the key that a record was sealed under is not here: it may come.</summary>
    public bool LacksKeyOf(uint sequence)
    {
        return _chains.LastUpTo(sequence, static chain => chain.Since) is not (>= 0 and var last) || _chains[last].LacksKey;
    }

    /// <summary>A person's code as it is given on: the same in small letters, as on rosters; the reason of one without papers is no
    /// code.</summary>
    public string PersonOf(CodeContent content)
    {
        var code = Capitals(content);
        return vault is null || content is PersonSampled { Kind: PersonSampled.KindNoPapers } ? code : vault.Seal(code);
    }

    /// <summary>What the code of the record that was opened last is found by, and the code as <see cref="PersonOf"/> seals it; for who has
    /// a store.</summary>
    public (CodeKey Key, string Code) KeyOf(uint sequence, CodeContent content)
    {
        if (content is not (PersonSampled or TurnedAway))
        {
            var open = EpochFold.Ascii(content);
            return (CodeKey.Of(open), open);
        }

        if (_isFromOpened)
        {
            return Opened!.PersonOf(sequence);
        }

        var code = Capitals(content);
        return (vault!.KeyOf(code), code);
    }

    private static ArraySegment<byte> WithoutCode(byte[] frame, int at, int count)
    {
        byte[] open = [.. frame];
        open.AsSpan(at, count).Fill((byte)'0');
        if (count == StandIn.Length)
        {
            StandIn.CopyTo(open.AsSpan(at)); // a resident ID has a check digit
        }

        return open;
    }

    private static string Capitals(CodeContent content) => EpochFold.Ascii(content).ToUpperInvariant();
}
