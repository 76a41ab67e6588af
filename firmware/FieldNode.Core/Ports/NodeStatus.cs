namespace FieldNode.Core.Ports
{
    /// <summary>
    /// What a node tells about itself, as JSON with these property names: after its self-test, when a part changes, and now and then. The
    /// host shows it in the roll-call.
    /// </summary>
    public sealed class NodeStatus
    {
        /// <summary>16 hex digits.</summary>
        public string Node { get; set; } = "";

        /// <summary>Starts in this epoch, and milliseconds since the last: a later status has more of them.</summary>
        public uint Boot { get; set; }
        public uint Ticks { get; set; }

        public string Board { get; set; } = "";

        /// <summary>major.minor.</summary>
        public string Firmware { get; set; } = "";

        /// <summary>Names of <see cref="Protocol.PartState"/>, one for each part.</summary>
        public string Flash { get; set; } = "";
        public string Scanner { get; set; } = "";
        public string Panel { get; set; } = "";
        public string Wifi { get; set; } = "";
        public string Clock { get; set; } = "";
        public string Battery { get; set; } = "";

        /// <summary>JEDEC id of the flash chip in hex; "0" for files.</summary>
        public string FlashId { get; set; } = "0";
        public int FlashBytes { get; set; }
        public int RetiredSectors { get; set; }

        /// <summary>0 when the board cannot measure it.</summary>
        public int BatteryMillivolts { get; set; }

        /// <summary>Bytes: free for managed objects, free in native memory, the largest native block; 0 when the board cannot
        /// tell.</summary>
        public uint HeapFree { get; set; }
        public uint NativeFree { get; set; }
        public uint NativeLargest { get; set; }
        /// <summary>The lane's state as the node has it, after a record of an epoch: as it stands at a sector's head, in base64. The host
        /// compares.</summary>
        public uint Epoch { get; set; }
        public uint Record { get; set; }
        public string Checkpoint { get; set; } = "";
        public uint Unsent { get; set; }
        public bool SafeMode { get; set; }
    }
}
