using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Answers;
using FieldNode.Log.Store;

namespace FieldNode.Tests.Support;

/// <summary>The merged log with people's codes unsealed, to compare with what was scanned.</summary>
internal static class OpenLog
{
    public static IEnumerable<PersonRow> People(HostStore store, PersonFilter? filter = null)
    {
        return new MergedLog(store).People(filter ?? new PersonFilter()).Select(row => row.With(store.Vault.Open));
    }
}
