using FieldNode.Protocol;

namespace FieldNode.Core.Settings
{
    /// <summary>Settings of a node, known before it starts: its identity and how its lane works.</summary>
    public sealed class NodeSettings
    {
        /// <summary>major * 256 + minor.</summary>
        public const ushort Firmware = 1;

        public ulong NodeId;
        public uint HostId;

        /// <summary>UTF-8, shown on the screen and written with each start.</summary>
        public byte[] Lane = new byte[0];
        public byte[] Site = new byte[0];

        /// <summary><see cref="NodeKeys.Link"/>; empty until the host issues the key for the claim.</summary>
        public byte[] LinkKey = new byte[0];

        /// <summary>The ticket that the host issued with the key (<see cref="RejoinMessage"/>); empty if there is none.</summary>
        public byte[] Ticket = new byte[0];

        /// <summary>The claim on the card and its random number, while there is no key.</summary>
        public byte[] Claim = new byte[0];
        public byte[] Nonce = new byte[0];

        /// <summary>The claim goes over TLS, whose handshake blocks the board, so it waits until no one is scanning.</summary>
        public bool ClaimAtRest;

        /// <summary>A log of another node on the flash may be formatted.</summary>
        public bool MayFormat;

        /// <summary>Forms of tube codes, see <see cref="Scan.CodePattern"/>.</summary>
        public string TubeForms = "@@########,@@#########,#########,##########";

        /// <summary>Forms of bag and box codes; a bag code is not a tube code, even if it has the form of one.</summary>
        public string BagForms = "BAG######,BAG########";

        /// <summary>Comma-separated names of the categories that the lane offers (<see cref="Protocol.Category"/>); empty for
        /// all.</summary>
        public string Categories = "";

        /// <summary>Minutes to add to UTC for the clock on the screen; all of China uses UTC+8.</summary>
        public int ZoneMinutes = 480;

        /// <summary>Forms of papers other than the resident ID, and of booking codes.</summary>
        public string PaperForms = "@########,H##########,M##########,B?????????????";

        /// <summary>A code ends when the scanner has been silent this long. At 9600 baud a byte takes 1.04 ms.</summary>
        public uint IdleGapMs = 100;

        /// <summary>The scanner may be sending while the node starts: drop what comes before the first terminator or silence.</summary>
        public bool DropFirstPart;

        /// <summary>The same code read again within this time of the last reading counts as one scan; GM65-style scanners repeat every
        /// second.</summary>
        public uint RepeatWindowMs = 2000;

        /// <summary>How long a confirmation, refusal or message stays on the screen.</summary>
        public uint EventShownMs = 3000;

        /// <summary>How long records wait for more records before an upload.</summary>
        public uint GatherMs = 5000;

        /// <summary>The lane counts as idle this long after the last byte; then it may erase ahead.</summary>
        public uint IdleMs = 300;

        /// <summary>Random seed from outside: determines the epoch when the ring is formatted, and spreads retries.</summary>
        public uint Seed = 1;

        /// <summary>Takes code forms and categories from the card; an empty field keeps its default.</summary>
        public void TakeForms(EnrolmentCard card)
        {
            TubeForms = Given(card.Tubes, TubeForms);
            BagForms = Given(card.Bags, BagForms);
            PaperForms = Given(card.Papers, PaperForms);
            Categories = Given(card.Categories, Categories);
        }

        private static string Given(byte[] text, string otherwise)
        {
            return text.Length == 0 ? otherwise : Text.FromAscii(text, 0, text.Length);
        }
    }
}
