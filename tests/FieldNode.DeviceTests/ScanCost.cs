using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Lane;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>A lane without panel or radio time, so that only the scan is measured.</summary>
    public sealed class ScanCost : IScanner, IButtons, IPanel, ISignals, IUplink
    {
        public const int Scans = 1000;
        public const int GroupSize = 10;

        private static readonly byte[] s_end = { (byte)'\r' };

        private readonly byte[] _code = new byte[32];
        private readonly Canvas _canvas = new Canvas();
        private readonly ScreenPainter _painter = new ScreenPainter(ScreenWords.Chinese);

        private readonly ITags _tags;
        private readonly ISealRoots _seals;

        private byte[] _input = new byte[0];
        private int _inputCount;
        private long _confirmedAt;
        private bool _paintsNow;

        /// <param name="isSealed">True to seal codes with <see cref="ManagedTags"/>; otherwise tags are zeros, which cost nothing.</param>
        public ScanCost(bool isSealed)
        {
            PlainSeals plain = new PlainSeals();
            _tags = isSealed ? new ManagedTags() : (ITags)plain;
            _seals = isSealed ? new KeyedSeals(_tags, new byte[NodeKeys.Bytes]) : (ISealRoots)plain;
        }

        byte[] IUplink.Answer { get { return _input; } }

        int IUplink.AnswerCount { get { return 0; } }

        int IScanner.Read(byte[] buffer, int offset, int count)
        {
            int taken = _inputCount;
            System.Array.Copy(_input, 0, buffer, offset, taken);
            _inputCount = 0;
            return taken;
        }

        byte IButtons.Take()
        {
            return Button.None;
        }

        void IPanel.Show(Screen screen)
        {
            if (_paintsNow)
            {
                _painter.Paint(screen, _canvas);
            }
        }

        void ISignals.Confirmed(byte recordType, uint sequence)
        {
            _confirmedAt = System.DateTime.UtcNow.Ticks;
        }

        void ISignals.GroupFull()
        {
        }

        void ISignals.Refused(byte reason)
        {
            throw new System.InvalidOperationException("the node refused a scan of the script");
        }

        void ISignals.Attention()
        {
        }

        void IUplink.Begin(byte kind, byte[] body, int count)
        {
        }

        byte IUplink.Poll()
        {
            return UplinkState.Failed;
        }

        /// <summary>
        /// Microseconds from the last byte of each code to its confirmed record: the code is read first, and only its terminator in the
        /// measured step.
        /// </summary>
        public long TimeScans()
        {
            Node node = NewNode();
            node.Start(0);
            uint now = 0;
            long spent = 0;
            for (int i = 0; i < Scans; i++)
            {
                if (i % GroupSize == 0)
                {
                    Feed(node, Text.Ascii("ZZ" + (10000000 + i).ToString()), 10, ref now);
                }

                PutPerson(i);
                spent += Feed(node, _code, ResidentId.Bytes, ref now);
            }

            Assert.AreEqual((uint)Scans, node.State.Sampled);
            return spent / 10;
        }

        private long Feed(Node node, byte[] code, int count, ref uint now)
        {
            now += 2500;
            _paintsNow = true;
            node.Step(now); // returns to the lane screen and prepares the next sector
            _input = code;
            _inputCount = count;
            node.Step(now);
            _paintsNow = false;
            _input = s_end;
            _inputCount = 1;
            long start = System.DateTime.UtcNow.Ticks;
            node.Step(now);
            return _confirmedAt - start;
        }

        /// <summary>Microseconds for the same number of appends of the same record.</summary>
        public long TimeAppends()
        {
            MemoryFlash flash = new MemoryFlash(32);
            RingLog log = new RingLog(flash, new LaneState(), _tags, _seals);
            log.Format(1, 7);
            PersonSampled person = new PersonSampled();
            person.Tube = 1;
            person.Round = 1;
            long spent = 0;
            for (int i = 0; i < Scans; i++)
            {
                PutPerson(i);
                person.Position = (byte)(i % GroupSize + 1);
                person.SetCode(_code, 0, ResidentId.Bytes);
                long start = System.DateTime.UtcNow.Ticks;
                int end = person.Write(log.ContentBuffer, RingLog.ContentOffset);
                log.Append(person.Type, (uint)i, end - RingLog.ContentOffset);
                spent += System.DateTime.UtcNow.Ticks - start;
                while (log.PrepareNext())
                {
                }
            }

            return spent / 10;
        }

        private void PutPerson(int number)
        {
            byte[] digits = Text.Ascii("0000001980" + (1000 + number % 1200).ToString() + "123");
            System.Array.Copy(digits, 0, _code, 0, ResidentId.Bytes - 1);
            _code[ResidentId.Bytes - 1] = ResidentId.CheckCharacter(_code, 0);
        }

        private Node NewNode()
        {
            NodeSettings settings = new NodeSettings();
            settings.NodeId = 1;
            settings.Lane = Text.Ascii("L1");
            settings.GatherMs = 0x7FFFFFFF;
            NodePorts ports = new NodePorts();
            ports.Flash = new MemoryFlash(32);
            ports.Scanner = this;
            ports.Buttons = this;
            ports.Panel = this;
            ports.Signals = this;
            ports.Uplink = this;
            ports.Tags = _tags;
            ports.SealRoots = _seals;
            return new Node(settings, ports);
        }
    }
}
