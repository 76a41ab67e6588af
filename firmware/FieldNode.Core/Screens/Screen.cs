using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core.Screens
{
    /// <summary>
    /// The data that the node shows; a panel renders it as pixels (<see cref="ScreenPainter"/>) or text. One instance, reused.
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

        /// <summary>People who have arrived and were neither sampled nor turned away.</summary>
        public uint Queue;

        /// <summary>People sampled by this node, without those undone; in training, people of this training.</summary>
        public uint Done;

        /// <summary>Records the host has not acknowledged.</summary>
        public uint Unsent;
        public bool LinkUp;

        /// <summary>State of the host; one of <see cref="PartState"/>.</summary>
        public byte HostState;
        public bool NearlyFull;

        /// <summary>The last person's code, masked: first 3 and last 4 characters with '~' between; or the end of a tube's, bag's or
        /// place's code.</summary>
        public readonly byte[] Code = new byte[CodeBytesMax];
        public int CodeCount;

        /// <summary>Why the last scan was refused.</summary>
        public byte Refusal;

        /// <summary>Kind of the host's message (<see cref="Reply"/>), and the lane it names; or a badge.</summary>
        public byte Message;
        public readonly byte[] Note = new byte[NoteBytesMax];
        public int NoteCount;

        /// <summary>Why the log cannot be used (<see cref="Log.LogResult"/>); Fault on a node without flash.</summary>
        public byte LogResult;

        /// <summary>State of each <see cref="NodePart"/>, for the self-test.</summary>
        public readonly byte[] Parts = new byte[NodePart.TestedCount];

        /// <summary>Free managed heap in units of 1,024 bytes, for the self-test; 0 if unknown.</summary>
        public int HeapKilobytes;

        /// <summary>The part that needs attention, and its state; -1 if there is none.</summary>
        public int TroublePart = -1;
        public byte TroubleState = PartState.Ok;
        public bool SafeMode;

        /// <summary>For a card of several codes: how many there are, and how many were read.</summary>
        public int CardParts;
        public int CardPartsRead;

        /// <summary>Whether the lane is green; the category of the people who follow, and that of the next person only
        /// (<see cref="LaneState.NoCategory"/> if it is the same).</summary>
        public bool Green;
        public byte Category;
        public byte NextCategory = LaneState.NoCategory;

        /// <summary>The open household or stop: 0 or one of <see cref="Protocol.Records.PlaceOpened"/>'s kinds, the end of its code, people
        /// sampled in it.</summary>
        public byte PlaceKind;
        public readonly byte[] PlaceCode = new byte[CodeBytesMax];
        public int PlaceCodeCount;
        public uint PlacePeople;

        /// <summary>What the roster says about the last person (<see cref="RosterAdvice"/>), and how many of the household are
        /// missing.</summary>
        public byte Advice;
        public int Missing;

        /// <summary>Whether a bag is open; its content, or what was sealed or handed over last.</summary>
        public bool BagOpen;
        public uint Bags;
        public uint BagTubes;
        public uint BagPeople;

        /// <summary>Tubes in the bag that another lane filled; their people are not in <see cref="BagPeople"/>.</summary>
        public uint BagUnknown;

        /// <summary>What the lane asks for (<see cref="Protocol.Records.Asked"/>).</summary>
        public byte Asked;
        public uint AskedValue;

        /// <summary>The mode just set (<see cref="Protocol.Records.ModeSet"/>) and its value; or the number of people called, or a reason
        /// for turning away.</summary>
        public byte Mode;
        public int Value;

        /// <summary>People per hour over the last ten minutes; 0 if no one came.</summary>
        public uint Pace;

        /// <summary>Minutes that the last person in the queue will wait; -1 if unknown.</summary>
        public int WaitMinutes = -1;

        /// <summary>People to sample in this shift, 0 if not set; people sampled in it; and the minute of the day at which it will be done,
        /// -1 if unknown.</summary>
        public int Target;
        public int ShiftDone;
        public int FinishMinute = -1;

        /// <summary>Minute of the day; -1 if the time is unknown.</summary>
        public int ClockMinute = -1;

        /// <summary>0 to 3; -1 if there is no battery.</summary>
        public int BatteryLevel = -1;

        /// <summary>Age in minutes of the oldest tube that is not handed over.</summary>
        public int TubeAgeMinutes;

        /// <summary>A volunteer's training: people, percentage of correct steps, people per hour.</summary>
        public uint ScorePeople;
        public uint ScorePercent;
        public uint ScorePerHour;

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

        /// <summary>A tube is open and takes people.</summary>
        public const byte Lane = 1;

        /// <summary>A person was recorded on flash.</summary>
        public const byte Confirmed = 2;

        /// <summary>A scan was refused.</summary>
        public const byte Refused = 3;

        /// <summary>The group is full: seal the tube.</summary>
        public const byte Full = 4;

        /// <summary>The last step was undone.</summary>
        public const byte Undone = 5;

        /// <summary>A message from the host.</summary>
        public const byte Message = 6;

        /// <summary>The flash cannot be used: a technician is needed.</summary>
        public const byte Fault = 7;

        /// <summary>The state of each part.</summary>
        public const byte SelfTest = 8;

        /// <summary>The node has no card: scan one.</summary>
        public const byte Enrol = 9;

        /// <summary>An enrolment card was read completely.</summary>
        public const byte CardRead = 10;

        /// <summary>The lane asks for a second scan.</summary>
        public const byte Ask = 11;

        /// <summary>A mode or the badge has changed.</summary>
        public const byte Mode = 12;

        /// <summary>A household or stop was opened.</summary>
        public const byte PlaceOpened = 13;

        /// <summary>A household or stop was closed.</summary>
        public const byte PlaceClosed = 14;

        /// <summary>A bag is open and takes tubes.</summary>
        public const byte Bag = 15;

        /// <summary>A bag was sealed.</summary>
        public const byte Sealed = 16;

        /// <summary>Bags were handed over.</summary>
        public const byte HandedOver = 17;

        /// <summary>A person was turned away.</summary>
        public const byte TurnedAway = 18;

        /// <summary>The next people are called.</summary>
        public const byte Called = 19;

        /// <summary>How a volunteer did in training.</summary>
        public const byte Score = 20;

        /// <summary>Queue, pace, wait, forecast.</summary>
        public const byte Pace = 21;
        public const byte Last = Pace;
    }

    /// <summary>What the roster on the node says about a person.</summary>
    public static class RosterAdvice
    {
        /// <summary>There is no roster, or the step was not about a person.</summary>
        public const byte None = 0;

        /// <summary>Not on the list of people expected here.</summary>
        public const byte NotListed = 1;

        /// <summary>Expected; others of the household are still missing.</summary>
        public const byte HouseholdMissing = 2;

        /// <summary>Expected, and the household is complete.</summary>
        public const byte HouseholdDone = 3;

        /// <summary>Expected, but the state of the household is unknown: the node restarted after people of this round were here, or is
        /// reading its memory now.</summary>
        public const byte Listed = 4;
    }
}
