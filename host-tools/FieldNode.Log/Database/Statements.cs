namespace FieldNode.Log.Database;

/// <summary>Prepared statements that are released together, also when a read fails halfway.</summary>
internal sealed class Statements : List<IDisposable>, IDisposable
{
    public void Dispose() => ForEach(statement => statement.Dispose());
}
