namespace FieldNode.Core.Screens
{
    /// <summary>
    /// What the node shows, as facts; a panel turns it into pixels (<see cref="ScreenPainter"/>) or text. One instance, reused.
    /// </summary>
    public sealed class Screen
    {
        public const int CodeBytesMax = 8;
        public const int NoteBytesMax = 24;

        /// <summary>One of <see cref="ScreenKind"/>.</summary>
        public byte Kind;

        /// <summary>Lane name, UTF-8.</summary>
        public byte[] Lane = new byte[0];
        public int Round;
        public bool Training;

        /// <summary>People in the open tube and its size.</summary>
        public int Group;
        public int GroupSize;

        /// <summary>Arrived and not yet sampled.</summary>
        public uint Queue;

        /// <summary>Sampled by this node, undone ones taken off; in training, those of the training.</summary>
        public uint Done;

        /// <summary>Records the host has not acknowledged.</summary>
        public uint Unsent;
        public bool LinkUp;

        /// <summary>How the host stands; one of <see cref="Protocol.PartState"/>.</summary>
        public byte HostState;
        public bool NearlyFull;

        /// <summary>The last person's code, masked: first 3 and last 4 characters with '~' between; or the end of the tube's code.</summary>
        public readonly byte[] Code = new byte[CodeBytesMax];
        public int CodeCount;

        /// <summary>Why the last scan was refused.</summary>
        public byte Refusal;

        /// <summary>Kind of the host's message (<see cref="Protocol.Reply"/>) and the lane it names.</summary>
        public byte Message;
        public readonly byte[] Note = new byte[NoteBytesMax];
        public int NoteCount;

        /// <summary>Why the log cannot be used (<see cref="Log.LogResult"/>); Fault on a node without flash.</summary>
        public byte LogResult;

        /// <summary>How each of <see cref="Protocol.NodePart"/> stands, for the self-test.</summary>
        public readonly byte[] Parts = new byte[Protocol.NodePart.TestedCount];

        /// <summary>The part that somebody must look at and how it stands; -1: none.</summary>
        public int TroublePart = -1;
        public byte TroubleState = Protocol.PartState.Ok;
        public bool SafeMode;

        /// <summary>Of a card of several codes: how many there are, and how many were read.</summary>
        public int CardParts;
        public int CardPartsRead;

        /// <summary>Sets <see cref="Code"/> to a masked person code, or to its end when it is short.</summary>
        public void SetMasked(byte[] code, int offset, int count)
        {
            CodeCount = 0;
            if (count < 9)
            {
                SetEnd(code, offset, count, 4);
                return;
            }

            System.Array.Copy(code, offset, Code, 0, 3);
            Code[3] = (byte)'~';
            System.Array.Copy(code, offset + count - 4, Code, 4, 4);
            CodeCount = CodeBytesMax;
        }

        /// <summary>Sets <see cref="Code"/> to the last characters of a code.</summary>
        public void SetEnd(byte[] code, int offset, int count, int most)
        {
            int shown = count < most ? count : most;
            System.Array.Copy(code, offset + count - shown, Code, 0, shown);
            CodeCount = shown;
        }
    }

    public static class ScreenKind
    {
        /// <summary>No tube is open: scan one.</summary>
        public const byte Ready = 0;

        /// <summary>A tube takes people.</summary>
        public const byte Lane = 1;

        /// <summary>A person is on flash.</summary>
        public const byte Confirmed = 2;

        /// <summary>A scan does not count.</summary>
        public const byte Refused = 3;

        /// <summary>The group is full: seal the tube.</summary>
        public const byte Full = 4;

        /// <summary>The last step was taken back.</summary>
        public const byte Undone = 5;

        /// <summary>A message of the host.</summary>
        public const byte Message = 6;

        /// <summary>The flash cannot be used: a technician is needed.</summary>
        public const byte Fault = 7;

        /// <summary>How each part stands.</summary>
        public const byte SelfTest = 8;

        /// <summary>The node has no card: scan one.</summary>
        public const byte Enrol = 9;

        /// <summary>An enrolment card was read whole.</summary>
        public const byte CardRead = 10;
    }
}
