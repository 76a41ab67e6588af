using FieldNode.Log.Nodes;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

public sealed class SqliteNodeRegistryTests() : NodeRegistryTests(Stores.Sqlite);

public sealed class PostgresNodeRegistryTests() : NodeRegistryTests(Stores.Postgres);

/// <summary>Names, numbers and keys of nodes are unique.</summary>
public abstract class NodeRegistryTests(Stores stores)
{
    private static readonly byte[] s_sameKey = [.. Enumerable.Repeat((byte)7, NodeKeys.Bytes)];

    [Fact]
    public void A_key_that_another_node_has_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var registry = new NodeRegistry(stores.Open(directory.File("data")), TimeProvider.System);
        registry.Add(new EnrolledNode(1, "lane-1", "S", "L1", s_sameKey));

        Assert.Equal("node-exists",
            Assert.Throws<FieldNode.Log.HostFault>(() =>
            registry.Add(new EnrolledNode(2, "lane-2", "S", "L2", (byte[])s_sameKey.Clone()))).Code);
    }

    [Fact]
    public void Nodes_added_together_are_added_all_or_none()
    {
        using var directory = new TemporaryDirectory();
        var registry = new NodeRegistry(stores.Open(directory.File("data")), TimeProvider.System);
        EnrolledNode[] nodes = [new(1, "lane-1", "S", "L1", null), new(2, "lane-2", "S", "L2", null), new(3, "lane-1", "S", "L3", null)];

        Assert.Equal("node-exists", Assert.Throws<FieldNode.Log.HostFault>(() => registry.Add(nodes)).Code);
        Assert.Empty(registry.List());
        registry.Add(nodes[..2]);
        Assert.Equal(["lane-1", "lane-2"], registry.List().Select(node => node.Name));
    }
}
