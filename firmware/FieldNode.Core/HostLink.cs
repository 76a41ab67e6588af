#nullable disable // some parts may be absent, and the device's compilation has no "?" for references
using FieldNode.Core.Enrolment;
using FieldNode.Core.Health;
using FieldNode.Core.Log;
using FieldNode.Core.Ports;
using FieldNode.Core.Roster;
using FieldNode.Core.Settings;
using FieldNode.Core.Upload;
using FieldNode.Lane;
using FieldNode.Protocol;

namespace FieldNode.Core
{
    /// <summary>The node's requests to its host, one at a time: first the claim for its key, then rejoin, status, roster and
    /// records.</summary>
    internal sealed class HostLink
    {
        // A restarting host or a roaming node is back within this time; a longer outage is recorded.
        private const uint AwayMs = 120000;

        private readonly Claiming _claiming;
        private readonly StatusSender _status;
        private readonly IClock _clock;
        private readonly ITags _tags;
        private readonly RosterFetch _roster;
        private readonly NodeSettings _settings;
        private readonly IUplink _uplink;

        private Rejoining _rejoining;
        private LinkKeys _keys;
        private bool _clockWasSet;
        private uint _heardAt;

        public HostLink(NodeSettings settings, NodePorts ports, RingLog log, LaneState state, RosterStore roster)
        {
            _clock = ports.Clock;
            _settings = settings;
            _tags = ports.Tags;
            _uplink = ports.Uplink;
            Uploader = new Uploader(log, ports.Uplink, ports.Tags, settings.HostId, settings.Seed, settings.GatherMs);
            if (settings.LinkKey.Length > 0)
            {
                TakeKey(settings.LinkKey, settings.Ticket);
            }
            else if (settings.Claim.Length > 0)
            {
                _claiming = new Claiming(ports.Uplink, ports.Tags, settings.NodeId, settings.HostId, settings.Claim, settings.Nonce,
                    settings.Seed);
            }

            if (roster != null)
            {
                _roster = new RosterFetch(roster, ports.Uplink, ports.Tags, settings.NodeId, settings.HostId, settings.Seed);
            }

            if (ports.StatusText != null)
            {
                _status = new StatusSender(ports.Health, log, state, ports.Uplink, ports.Tags, ports.StatusText);
            }
        }

        public Uploader Uploader { get; }

        /// <summary>The completed claim; null before that, or if there is nothing to claim.</summary>
        public Claiming Claimed { get { return _claiming != null && _keys != null ? _claiming : null; } }

        /// <summary>The host answered but refuses this node.</summary>
        public bool HostRefuses { get { return Uploader.HostRefuses || (_claiming != null && _claiming.HostRefuses); } }

        /// <summary>State of the host, one of <see cref="PartState"/>; Unknown at first and while there is nothing to send.</summary>
        public byte HostState(uint now)
        {
            if (HostRefuses)
            {
                return PartState.Refused;
            }

            if (Uploader.HostIsUntrusted || (_claiming != null && _claiming.HostIsUntrusted && _keys == null))
            {
                return PartState.Untrusted;
            }

            if (Uploader.LinkUp && Uploader.HostCannotRead)
            {
                return PartState.Unreadable;
            }

            return Uploader.LinkUp ? PartState.Ok : now - _heardAt >= AwayMs ? PartState.Failed : PartState.Unknown;
        }

        /// <summary>Advances the current request; true when an upload was answered.</summary>
        /// <param name="laneRests">No one is scanning, so requests that block the board may begin.</param>
        public bool Step(uint now, bool laneRests)
        {
            _heardAt = Uploader.LinkUp ? now : _heardAt;
            TakeTime(now);
            Uploader.StepClock(now);
            if (_keys == null)
            {
                bool mayClaim = _claiming != null && (laneRests || _claiming.IsBusy || !_settings.ClaimAtRest);
                if (mayClaim && _claiming.Step(now))
                {
                    TakeKey(_claiming.LinkKey, _claiming.Ticket);
                }

                return false;
            }

            if (_rejoining != null && !Uploader.IsBusy && (_status == null || !_status.IsBusy) && (_roster == null || !_roster.IsBusy))
            {
                if (_rejoining.Step(now, Uploader.HostRefuses, _keys.Rejoin))
                {
                    Uploader.TryAgain();
                }

                if (_rejoining.IsBusy)
                {
                    return false;
                }
            }

            if (_status != null && !Uploader.IsBusy && (_roster == null || !_roster.IsBusy))
            {
                _status.Step(now, _keys.Status);
            }

            if (_status != null && _status.IsBusy)
            {
                return false;
            }

            if (_roster != null && !Uploader.IsBusy)
            {
                _roster.Step(now, _keys.Roster);
                if (_roster.IsBusy)
                {
                    return false;
                }
            }

            bool isAnswered = Uploader.Step(now);
            if (isAnswered && _roster != null)
            {
                _roster.Offer(Uploader.Reply.Roster);
            }

            return isAnswered;
        }

        private void TakeKey(byte[] linkKey, byte[] ticket)
        {
            _rejoining = ticket.Length == 0 ? null : new Rejoining(_uplink, _tags, _settings.NodeId, _settings.HostId, ticket);
            _keys = new LinkKeys(_tags, linkKey);
            Uploader.Keys = _keys;
        }

        // The board's own clock, an RTC or SNTP, is used until the host answers. Then the board's clock is set to the host's time.
        private void TakeTime(uint now)
        {
            if (_clock == null)
            {
                return;
            }

            ulong utcMs;
            byte source;
            if (!Uploader.ClockKnown && _clock.TryRead(out utcMs, out source))
            {
                Uploader.OfferClock(utcMs, source, now);
            }

            if (Uploader.ClockIsHosts && !_clockWasSet)
            {
                _clockWasSet = true;
                _clock.Set(Uploader.UtcMs(now));
            }
        }
    }
}
