using FieldNode.Protocol;

namespace FieldNode.Core.Health
{
    /// <summary>
    /// State of the node's parts, as reported by the board. A self-test begins at start or by card. It ends when every part has been
    /// checked or when its time is up: Wi-Fi and clock may come later, and the lane does not wait for them.
    /// </summary>
    public sealed class NodeHealth
    {
        /// <summary>How long a self-test waits for Wi-Fi and clock, in ms.</summary>
        public const uint TestMs = 20000;

        private readonly byte[] _states = new byte[NodePart.Count];
        private readonly uint[] _details = new uint[NodePart.Count];

        private uint _testedAt;

        /// <summary>Name of the board, for the status.</summary>
        public string Board = "";

        /// <summary>Free managed heap, free native memory and the largest native block in bytes, as last measured; 0 if the board cannot
        /// measure.</summary>
        public uint HeapFree;
        public uint NativeFree;
        public uint NativeLargest;

        /// <summary>The node started in safe mode.</summary>
        public bool SafeMode;

        /// <summary>A self-test is running.</summary>
        public bool IsTesting { get; private set; }

        /// <summary>Self-tests completed since the start.</summary>
        public int TestsDone { get; private set; }

        public byte StateOf(int part)
        {
            return _states[part];
        }

        public uint DetailOf(int part)
        {
            return _details[part];
        }

        /// <summary>The part of the board that most needs attention, or -1. Order: flash, scanner, panel …</summary>
        public int WorstPart
        {
            get
            {
                for (int part = 0; part < NodePart.TestedCount; part++)
                {
                    if (PartState.IsTrouble(_states[part]))
                    {
                        return part;
                    }
                }

                return -1;
            }
        }

        /// <summary>Sets the state of a part, as reported by the board.</summary>
        public void Tell(byte part, byte state, uint detail)
        {
            _states[part] = state;
            _details[part] = detail;
        }

        public void BeginTest(uint now)
        {
            IsTesting = true;
            _testedAt = now;
        }

        /// <summary>Advances a running self-test.</summary>
        public void Step(uint now)
        {
            if (IsTesting && (now - _testedAt >= TestMs || AllKnown()))
            {
                IsTesting = false;
                TestsDone++;
            }
        }

        private bool AllKnown()
        {
            for (int part = 0; part < NodePart.TestedCount; part++)
            {
                if (_states[part] == PartState.Unknown && part != NodePart.Scanner)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
