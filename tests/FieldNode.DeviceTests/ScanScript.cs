using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>
    /// A morning at a lane, the same on every platform: cards, tubes, people, misreads, undo, a restart in between, and a host that
    /// acknowledges. The results are the flash image and a check value over every screen shown.
    /// </summary>
    public sealed class ScanScript : IScanner, IButtons, IPanel, ISignals, IUplink
    {
        public const int Sectors = 8;
        public const int People = 400;

        private static readonly byte[] s_none = new byte[0];
        private static readonly string[] s_terminators = { "\r", "\r\n", "\t", "" };
        private static readonly string[] s_prefixes = { "", "]C1", "CODE_128," };

        private static readonly byte[] s_key = new byte[NodeKeys.Bytes];

        private readonly ManagedTags _tags = new ManagedTags();
        private readonly LinkKeys _keys;
        private readonly KeyedSeals _seals;
        private readonly Canvas _canvas = new Canvas();
        private readonly ScreenPainter _painter = new ScreenPainter(ScreenWords.Chinese);
        private readonly Reply _reply = new Reply();
        private readonly Batch _batch = new Batch();
        private readonly byte[] _answer = new byte[Reply.BytesMax];
        private byte[] _input = s_none;
        private int _inputTaken;
        private byte _button;
        private bool _asked;
        private uint _now;
        private int _restarts;
        private Node _node;

        public ScanScript()
        {
            _keys = new LinkKeys(_tags, NodeKeys.Link(_tags, s_key));
            _seals = new KeyedSeals(_tags, s_key);
            _node = NewNode();
        }

        public MemoryFlash Flash { get; } = new MemoryFlash(Sectors);

        /// <summary>CRC-32 over the pixels of every screen shown, one after another.</summary>
        public uint ScreensCrc { get; private set; } = Crc32.Start;

        public int Confirmations { get; private set; }

        public int Refusals { get; private set; }

        public Node Node { get { return _node; } }

        public byte[] Answer { get { return _answer; } }

        public int AnswerCount { get; private set; }

        public void Run()
        {
            _node.Start(_now);
            Scan("FN:BADGE:zhang.san", 0);
            for (int i = 0; i < People; i++)
            {
                if (i % 10 == 0)
                {
                    Scan("FN:ARRIVED:10", i);
                    Scan("ZZ" + Digits(i, 8), i);
                }

                ScanPerson(i);
                if (i % 37 == 5)
                {
                    _button = Button.Undo;
                    Step(3);
                    Scan("not a code", i);
                    ScanPerson(i);
                }

                if (i % 150 == 149)
                {
                    Restart();
                }
            }

            Scan("FN:CLOSE:SHIFT", 0);
            Step(2000);
        }

        /// <summary>The result that all platforms must agree on.</summary>
        public string Summary()
        {
            return "image " + Flash.Check().ToString("X8") + ", screens " + Crc32.Finish(ScreensCrc).ToString("X8") + ", records "
                + _node.Log.LastSequence.ToString() + ", people " + _node.State.Sampled.ToString();
        }

        int IScanner.Read(byte[] buffer, int offset, int count)
        {
            int left = _input.Length - _inputTaken;
            int part = left < count ? left : count;
            System.Array.Copy(_input, _inputTaken, buffer, offset, part);
            _inputTaken += part;
            return part;
        }

        byte IButtons.Take()
        {
            byte button = _button;
            _button = Button.None;
            return button;
        }

        void IPanel.Show(Screen screen)
        {
            _painter.Paint(screen, _canvas);
            ScreensCrc = Crc32.Append(ScreensCrc, _canvas.Bytes, 0, _canvas.Bytes.Length);
        }

        void ISignals.Confirmed(byte recordType, uint sequence)
        {
            Confirmations++;
        }

        void ISignals.GroupFull()
        {
        }

        void ISignals.Refused(byte reason)
        {
            Refusals++;
        }

        void ISignals.Attention()
        {
        }

        // The host receives everything at once, and its clock runs with the script.
        void IUplink.Begin(byte kind, byte[] batch, int count)
        {
            if (_batch.TryRead(batch, 0, count) != BatchFault.None)
            {
                throw new System.InvalidOperationException("the node made an invalid batch");
            }

            _reply.NodeId = _batch.NodeId;
            _reply.Epoch = _batch.Epoch;
            _reply.HeldUpTo = _batch.FirstSequence + (uint)_batch.FrameCount - 1;
            _reply.AcknowledgedUpTo = _reply.HeldUpTo;
            _reply.HostUtcMs = 1636237800000UL + _now;
            System.Array.Copy(batch, _batch.TaggedBytes, _reply.Echo, 0, Reply.EchoBytes);
            int tagged = _reply.Write(_answer);
            _tags.Compute(_keys.Reply, _answer, 0, tagged, _answer, tagged);
            AnswerCount = tagged + Reply.TagBytes;
            _asked = true;
        }

        byte IUplink.Poll()
        {
            bool answered = _asked;
            _asked = false;
            return answered ? UplinkState.Answered : UplinkState.Idle;
        }

        private Node NewNode()
        {
            NodeSettings settings = new NodeSettings();
            settings.NodeId = 0x0123456789ABCDEF;
            settings.Lane = Text.Ascii("L1");
            settings.Site = Text.Ascii("script");
            settings.GatherMs = 60000;
            settings.LinkKey = NodeKeys.Link(_tags, s_key);
            NodePorts ports = new NodePorts();
            ports.Flash = Flash;
            ports.Scanner = this;
            ports.Buttons = this;
            ports.Panel = this;
            ports.Signals = this;
            ports.Uplink = this;
            ports.Tags = _tags;
            ports.SealRoots = _seals;
            return new Node(settings, ports);
        }

        private void Restart()
        {
            _asked = false;
            _restarts++;
            _now = 0;
            _node = NewNode();
            _node.Start(_now);
        }

        private void ScanPerson(int number)
        {
            byte[] digits = Text.Ascii("0000001980" + Digits(number % 12 + 1, 2) + Digits(number % 28 + 1, 2) + Digits(number % 1000, 3));
            char check = (char)ResidentId.CheckCharacter(digits, 0);
            if (check == 'X' && number % 2 == 0)
            {
                check = 'x';
            }

            Scan(Text.FromAscii(digits, 0, digits.Length) + new string(new char[] { check }, 0, 1), number);
        }

        private void Scan(string code, int quirk)
        {
            _input = Text.Ascii(s_prefixes[quirk % 3] + code + s_terminators[_restarts % 4]);
            _inputTaken = 0;
            Step(60);
        }

        private void Step(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                _now += 50;
                _node.Step(_now);
            }
        }

        private static string Digits(int value, int count)
        {
            char[] digits = new char[count];
            for (int i = count - 1; i >= 0; i--)
            {
                digits[i] = (char)('0' + value % 10);
                value /= 10;
            }

            return new string(digits, 0, count);
        }
    }
}
