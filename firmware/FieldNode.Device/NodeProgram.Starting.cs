#nullable disable // some parts may be absent, and the device build disables nullable references
using System;
using System.Text;
using FieldNode.Core.Settings;
using FieldNode.Core;
using FieldNode.Core.Enrolment;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Screens;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Device
{
    // Startup, from power-on to the open lane: flash, settings, card, log, network.
    public sealed partial class NodeProgram
    {
        // There is no lane without flash; retries until the chip answers.
        private void LookForFlash(uint now)
        {
            if (_lookedAt != 0 && now - _lookedAt < FlashAgainMs)
            {
                return;
            }

            _lookedAt = now == 0 ? 1 : now;
            _flash = _board.FindFlash();
            if (_flash == null)
            {
                _flashWasMissing = true;
                Screen screen = new Screen();
                screen.Kind = ScreenKind.Fault;
                screen.LogResult = LogResult.NoFlash;
                _board.Panel.Show(screen);
                return;
            }

            LoadSettings();
        }

        // The last two sectors hold the settings. The roster is before them if the flash has room for one. The log uses the rest.
        private void LoadSettings()
        {
            int sectors = _flash.Bytes / _flash.SectorBytes - SettingsStore.Sectors;
            _store = new SettingsStore(new FlashRange(_flash, sectors, SettingsStore.Sectors));
            _store.Load(_settings);
            _secrets = new NodeSecrets(_settings, _store, _board.Tags);
            _desk = new EnrolmentDesk(_board, _settings, _secrets);
            bool hasRoster = sectors >= RosterFromSectors;
            IFlash ring = new FlashRange(_flash, 0, hasRoster ? sectors - RosterSectors : sectors);
            if (!_desk.LoadCard())
            {
                ReadCard(ring, LogResult.Ok);
                return;
            }

            if (_settings.FailedStarts <= FailedStartsMax)
            {
                _settings.FailedStarts++;
                _store.Save(_settings);
            }

            _board.Speak(_desk.Card.Language);
            OpenLane(ring, hasRoster ? new FlashRange(_flash, sectors - RosterSectors, RosterSectors) : null);
        }

        private void ReadCard(IFlash ring, byte logResult)
        {
            _desk.LogOwner = new RingLog(ring, new LaneState(), _board.Tags, _secrets).FindOwner();
            _reader = new CardReader(_board, _desk, logResult);
        }

        private void OpenLane(IFlash ring, IFlash roster)
        {
            bool safeMode = _settings.FailedStarts > FailedStartsMax;
            _ports = _board.PortsOver(ring, roster, _desk, _secrets);
            _ports.Health.SafeMode = safeMode;
            if (_board.Battery != null)
            {
                _ports.BatteryGauge = new BatteryGauge(_board.Battery, _settings, _store);
            }

            if (safeMode)
            {
                _board.EnterSafeMode(_ports);
            }
            else
            {
                _board.Scanner.Find();
                UseNetwork();
            }

            _node = new Node(LaneSettings(), _ports);
            _board.ReportHealth(_ports.Health, _desk.Card.Wifi.Length > 0, _flashWasMissing);
            byte result = _node.Start(_board.Now);
            _board.MeasureMemory(_ports.Health);
            _measuredAt = _board.Now;
            if (!_node.Works)
            {
                ReadCard(ring, result);
            }
            else if (_settings.MayFormat)
            {
                _settings.MayFormat = false;
                _store.Save(_settings);
            }
        }

        private void UseNetwork()
        {
            EnrolmentCard card = _desk.Card;
            _board.Uplink.Use(Utf8(card.Wifi), Utf8(card.Pass), Utf8(card.Url), Certificate(card.Anchor));
        }
    }
}
