namespace FieldNode.Core.Ports
{
    /// <summary>
    /// Status of a node, as JSON with these property names: sent after each self-test and every ten minutes. The host shows it in the
    /// roll-call.
    /// </summary>
    public sealed class NodeStatus
    {
        /// <summary>16 hex digits.</summary>
        public string Node { get; set; } = "";

        /// <summary>Number of starts in this epoch, and milliseconds since the last one: together they order statuses.</summary>
        public uint Boot { get; set; }
        public uint Ticks { get; set; }

        public string Board { get; set; } = "";

        /// <summary>major.minor.</summary>
        public string Firmware { get; set; } = "";

        /// <summary>State of each part, a name from <see cref="Protocol.PartState"/>.</summary>
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

        /// <summary>0 if the board cannot measure it.</summary>
        public int BatteryMillivolts { get; set; }

        /// <summary>Free managed heap, free native memory and the largest native block in bytes; 0 if the board cannot tell.</summary>
        public uint HeapFree { get; set; }
        public uint NativeFree { get; set; }
        public uint NativeLargest { get; set; }
        /// <summary>The node's lane state after this record of this epoch, encoded as in a sector's head, in base64. The host compares it
        /// with its own.</summary>
        public uint Epoch { get; set; }
        public uint Record { get; set; }
        public string Checkpoint { get; set; } = "";
        public uint Unsent { get; set; }
        public bool SafeMode { get; set; }
    }
}
