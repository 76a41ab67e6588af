using System.Text;
using FieldNode.Core.Health;
using FieldNode.Core.Ports;
using nanoFramework.Json;

namespace FieldNode.Device
{
    /// <summary>The status as JSON, by nanoFramework.Json. Only the device has this class.</summary>
    internal sealed class StatusJson : IStatusText
    {
        public byte[] Write(NodeStatus status)
        {
            return Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(status));
        }
    }
}
