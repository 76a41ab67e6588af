using System.Text;
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using nanoFramework.Json;

namespace FieldNode.Device
{
    /// <summary>Serializes the status as JSON with nanoFramework.Json. Device only.</summary>
    internal sealed class StatusJson : IStatusText
    {
        public byte[] Write(NodeStatus status)
        {
            return Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(status));
        }
    }
}
