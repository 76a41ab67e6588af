using FieldNode.Answers.Sightings;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;
using FieldNode.Protocol;

namespace FieldNode.Answers.Projection;

/// <summary>A code and where it was seen.</summary>
/// <param name="Text">The code as in the records; a person's code in capitals and unsealed.</param>
internal readonly record struct SeenCode(Sighting Sighting, string Text);

/// <summary>A change to a sighting, or a question about it.</summary>
internal enum SeenAct
{
    Add,

    /// <summary>Removed, if present.</summary>
    Remove,

    /// <summary>No change: only asks for another sighting.</summary>
    Ask,
}

/// <summary>
/// The index from codes of people, tubes, bags and places to records, and what depends on a code's first and second sighting in a round:
/// roster coverage, people on no roster, codes seen twice. Changes are noted per epoch and applied together.
/// </summary>
internal sealed class SeenIndex
{
    private const string Doubles = "kind, round, code text";

    private readonly Vault _vault;
    private readonly SightingTable _sightings;
    private readonly RosterIndex _rosters;
    private readonly Rows _insertDouble;
    private readonly Rows _deleteDouble;
    private bool _isKnown;

    public SeenIndex(Statements statements, Vault vault, bool isBulk)
    {
        _vault = vault;
        _sightings = new SightingTable(statements, isBulk ? SightingTable.PendingMaxBulk : SightingTable.PendingMax);
        _rosters = new RosterIndex(statements);
        _insertDouble = Rows.Put(statements, "doubles", Doubles, values: null);
        _deleteDouble = Rows.Delete(statements, "doubles", Doubles);
    }

    /// <summary>Clears the cached state of the rosters: another writer has changed the store.</summary>
    public void Forget()
    {
        _isKnown = false;
    }

    /// <summary>Applies the changes that epochs noted, one epoch after the other.</summary>
    public void Write(IReadOnlyList<TouchedEpoch> epochs)
    {
        var notes = Gather(epochs);
        var before = _sightings.Find(Keys(notes));
        _rosters.Begin(_isKnown);
        var (added, removed) = (new List<Sighting>(notes.Length), new List<Sighting>());
        for (int from = 0, to; from < notes.Length; from = to)
        {
            for (to = from + 1; to < notes.Length && notes[to].Key == notes[from].Key; to++)
            {
            }

            Do(epochs, notes.AsSpan(from, to - from), before.GetValueOrDefault(notes[from].Key), added, removed);
        }

        _sightings.Change(added, removed);
        _rosters.Write();
        _deleteDouble.Post();
        _insertDouble.Post();
        _isKnown = true;
    }

    // A household may be visited again, and a fever measured again; a person, a tube or a bag occurs once a round.
    private static bool IsOnce(byte kind) => kind is RecordType.PersonSampled or RecordType.TubeOpened or RecordType.TubePacked
        or RecordType.BagOpened;

    // Sorted by key, then in the order noted.
    private static Note[] Gather(IReadOnlyList<TouchedEpoch> epochs)
    {
        var notes = new Note[epochs.Sum(epoch => epoch.Seen.Count)];
        var count = 0;
        for (var i = 0; i < epochs.Count; i++)
        {
            var seen = epochs[i].Seen;
            epochs[i].Others = new ulong?[seen.Count];
            for (var j = 0; j < seen.Count; j++)
            {
                notes[count++] = new Note(seen[j].Code.Sighting.Key, i, j);
            }
        }

        Array.Sort(notes);
        return notes;
    }

    private static List<SeenKey> Keys(Note[] notes)
    {
        var keys = new List<SeenKey>(notes.Length);
        foreach (var note in notes)
        {
            if (keys.Count == 0 || note.Key != keys[^1])
            {
                keys.Add(note.Key);
            }
        }

        return keys;
    }

    private void Do(IReadOnlyList<TouchedEpoch> epochs, ReadOnlySpan<Note> notes, List<Sighting>? before, List<Sighting> added,
        List<Sighting> removed)
    {
        var (act, code) = epochs[notes[0].Epoch].Seen[notes[0].Index];
        if (notes.Length == 1 && before is null && act == SeenAct.Add)
        {
            added.Add(code.Sighting); // the usual case: the first sighting under its key
            Tell(code, 0, 1);
            return;
        }

        var now = new List<Sighting>(before ?? []);
        foreach (var note in notes)
        {
            var epoch = epochs[note.Epoch];
            epoch.Others[note.Index] = Do(epoch.Seen[note.Index].Act, epoch.Seen[note.Index].Code.Sighting, now);
        }

        var (were, are) = (before?.ToHashSet() ?? [], now.ToHashSet());
        added.AddRange(are.Except(were).Order());
        removed.AddRange(were.Except(are));
        Tell(code, were.Count, are.Count);
    }

    // Returns the node of another sighting, if this one is new.
    private static ulong? Do(SeenAct act, Sighting sighting, List<Sighting> now)
    {
        var at = now.BinarySearch(sighting);
        switch (act)
        {
            case SeenAct.Remove when at >= 0:
                now.RemoveAt(at);
                return null;
            case SeenAct.Add when at < 0:
                now.Insert(~at, sighting);
                break;
            case SeenAct.Ask:
                break;
            default:
                return null;
        }

        var other = now.FindIndex(another => another != sighting);
        return other < 0 ? null : (ulong)now[other].Node;
    }

    private void Tell(SeenCode code, int were, int are)
    {
        var (kind, round) = (code.Sighting.Key.Kind, code.Sighting.Key.Round);
        if (IsOnce(kind) && were > 1 != are > 1)
        {
            (are > 1 ? _insertDouble : _deleteDouble).Add(kind, round, Name(kind, code.Text));
        }

        if (kind == RecordType.PersonSampled && were > 0 != are > 0 && _rosters.Any)
        {
            _rosters.Note(round, Name(kind, code.Text), came: are > 0);
        }
    }

    private string Name(byte kind, string text) => kind is RecordType.PersonSampled or RecordType.TurnedAway ? _vault.Seal(text) : text;

    /// <summary>A sortable reference to an epoch's noted change: small and without object references, because there are many.</summary>
    private readonly record struct Note(SeenKey Key, int Epoch, int Index) : IComparable<Note>
    {
        public int CompareTo(Note other)
        {
            var key = Key.CompareTo(other.Key);
            return key != 0 ? key : Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Index.CompareTo(other.Index);
        }
    }
}
