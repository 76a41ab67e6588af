namespace FieldNode.Core.Ports
{
    /// <summary>Turns a status into JSON, with the platform's serializer.</summary>
    public interface IStatusText
    {
        byte[] Write(NodeStatus status);
    }
}
