using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Log.Parts;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using System.Data.Common;

namespace FieldNode.Answers.Projection;

/// <summary>
/// Opens the sealed codes of one epoch's records as far as this host has the node's keys, and passes people's codes on as pseudonyms.
/// </summary>
/// <param name="vault">Null without a store: codes are passed on as they are.</param>
internal sealed class EpochSeals(ulong node, uint epoch, Vault? vault)
{
    private readonly List<SealedChain> _chains = [];
    private HashSet<uint>? _unreadable;

    private static ReadOnlySpan<byte> StandIn => "000000190001010009"u8;
    private bool _isFromOpened;
    private bool _hasImages;

    /// <summary>Records of the current part that were opened in advance; null if none.</summary>
    public OpenedPart? Opened { get; set; }

    /// <summary>Whether the key of a known chain is missing.</summary>
    public bool LacksKeys => _chains.Exists(chain => chain.LacksKey);

    /// <summary>Whether a chain is known and its key is either here or not needed.</summary>
    /// <param name="isImage">Whether a flash image names the chain. If any chain comes from an image, a chain named by signed records must
    /// be loaded again.</param>
    public bool Knows(SealStart seals, bool isImage) =>
        (isImage || !_hasImages) && _chains.Exists(chain => Says(seals, chain) && !chain.LacksKey);

    public static EpochSeals Read(DbConnection connection, Vault vault, ulong node, uint epoch)
    {
        var seals = new EpochSeals(node, epoch, vault);
        seals.Load(connection);
        return seals;
    }

    /// <summary>Copies the chains. Chains that become known later do not change the copy.</summary>
    public EpochSeals Copy()
    {
        var copy = new EpochSeals(node, epoch, vault);
        copy._chains.AddRange(_chains);
        return copy;
    }

    /// <summary>
    /// For callers that need what happened, but not to whom: a placeholder replaces each person's code that can be read. No key is derived,
    /// because that may take a second for a record far from those before it.
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
    /// Loads the epoch's chains and keys known by now. Returns whether records opened before must be opened again under another chain.
    /// </summary>
    /// <param name="foldedUpTo">The last record opened so far.</param>
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
            starts = WithoutContradictedImages(connection, starts);
            _chains.RemoveAll(chain => !starts.Exists(start => Says(start.Start, chain)));
        }

        // If two chains begin at one record, the choice does not depend on the order of arrival: the first whose key is here.
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

    // A chain named by an image counts only if no signed batch covers the chain's start. Otherwise, anyone who can write a flash chip could
    // make signed records unreadable.
    private List<(SealStart Start, bool IsImage)> WithoutContradictedImages(DbConnection connection,
        List<(SealStart Start, bool IsImage)> starts)
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

    /// <summary>A frame with its codes opened: the frame itself if nothing in it is sealed; null if its key is missing.</summary>
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
        if (chain is not null && Opened?.Open(sequence, frame, chain) is { } opened)
        {
            _isFromOpened = true;
            return opened;
        }

        return chain?.Open(sequence, frame, at, count) is { } open ? new ArraySegment<byte>(open) : default(ArraySegment<byte>?);
    }

    /// <summary>Whether the key that a record was sealed under is missing; it may still arrive.</summary>
    public bool LacksKeyOf(uint sequence)
    {
        return _chains.LastUpTo(sequence, static chain => chain.Since) is not (>= 0 and var last) || _chains[last].LacksKey;
    }

    /// <summary>A person's code as passed on: independent of letter case, as on rosters. For a person without papers, the reason takes its
    /// place and is not sealed.</summary>
    public string PersonOf(CodeContent content)
    {
        var code = Capitals(content);
        return vault is null || content is PersonSampled { Kind: PersonSampled.KindNoPapers } ? code : vault.Seal(code);
    }

    /// <summary>The key under which the code of the record opened last is indexed, and the code as <see cref="PersonOf"/> seals it.
    /// Requires a store.</summary>
    public (CodeKey Key, string Code) KeyOf(uint sequence, CodeContent content)
    {
        if (content is not (PersonSampled or TurnedAway))
        {
            var open = EpochFold.Ascii(content);
            return (CodeKey.Compute(open), open);
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
