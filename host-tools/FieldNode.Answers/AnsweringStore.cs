using FieldNode.Log.Store;
using FieldNode.Log;

namespace FieldNode.Answers;

/// <summary>Opens stores that update their answers with every commit.</summary>
public static class AnsweringStore
{
    /// <inheritdoc cref="HostStore.Open"/>
    public static HostStore Open(string directory, bool create = true, string? database = null, Outside? outside = null) =>
        HostStore.Open(directory, new LogProjection(), create, database, outside);
}
