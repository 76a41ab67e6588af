using FieldNode.Core.Log;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>
    /// The ring under load, the same on every platform: 100,000 records of 48 bytes on 256 KiB, acknowledged 50 at a time, with idle time
    /// before each. The result is the flash image.
    /// </summary>
    public sealed class RingScript
    {
        public const int Sectors = 64;
        public const int Appends = 100000;

        private const byte UnknownType = 200;
        private const int ContentBytes = 43;
        private const int AcknowledgeEvery = 50;

        private readonly LaneState _state = new LaneState();
        private readonly PlainSeals _seals = new PlainSeals();

        public RingScript()
        {
            Log = new RingLog(Flash, _state, _seals, _seals);
        }

        public MemoryFlash Flash { get; } = new MemoryFlash(Sectors);

        public RingLog Log { get; }

        public void Run()
        {
            Check(Log.Format(0x0123456789ABCDEF, 0xA1B2C3D4));
            for (uint i = 1; i <= Appends; i++)
            {
                while (Log.PrepareNext())
                {
                }

                LittleEndian.WriteUInt32(Log.ContentBuffer, RingLog.ContentOffset, i * 2654435761u);
                Check(Log.Append(UnknownType, i, ContentBytes));
                if (i % AcknowledgeEvery == 0)
                {
                    Check(Log.Acknowledge(i));
                }
            }
        }

        /// <summary>The result that all platforms must agree on.</summary>
        public string Summary()
        {
            RingLog again = new RingLog(Flash, new LaneState(), _seals, _seals);
            Check(again.Mount(0x0123456789ABCDEF));
            return "ring image " + Flash.Check().ToString("X8") + ", records " + again.LastSequence.ToString() + ", not acknowledged "
                + again.UnackedRecords.ToString();
        }

        private static void Check(byte result)
        {
            if (result != LogResult.Ok)
            {
                throw new System.InvalidOperationException("the ring answered " + ((int)result).ToString());
            }
        }
    }
}
