using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Screens
{
    /// <summary>Every word a screen shows, English and Chinese side by side. A character without a glyph fails a test.</summary>
    public static class ScreenWords
    {
        public const byte English = 0;
        public const byte Chinese = 1;

        public const int Queue = 0;
        public const int Done = 1;
        public const int ScanTube = 2;
        public const int Full = 3;
        public const int Seal = 4;
        public const int Undone = 5;
        public const int Training = 6;
        public const int NearlyFull = 7;
        public const int HostRefuses = 8;
        public const int CallTechnician = 9;
        public const int FlashFault = 10;
        public const int AlreadySampled = 11;
        public const int TubeElsewhere = 12;
        public const int LaneWord = 13;
        public const int NewNode = 14;
        public const int ScanCard = 15;
        public const int CardRead = 16;
        public const int SelfTest = 17;
        public const int SafeMode = 18;
        public const int NoFlash = 19;
        public const int OtherLog = 20;
        public const int NotALog = 21;
        public const int WrongPassword = 22;
        public const int BatteryLow = 23;
        public const int HostUntrusted = 24;

        /// <summary>Index of the first <see cref="NodePart"/> name.</summary>
        public const int FirstPart = 25;

        public const int Size = 31;
        public const int Round = 32;
        public const int Shift = 33;
        public const int Target = 34;
        public const int LaneFixed = 35;
        public const int LaneGreen = 36;
        public const int CategoryWord = 37;
        public const int NextPerson = 38;
        public const int Badge = 39;
        public const int Home = 40;
        public const int Stop = 41;
        public const int PlaceDone = 42;
        public const int Here = 43;
        public const int Bag = 44;
        public const int Tubes = 45;
        public const int People = 46;
        public const int Swabs = 47;
        public const int PackTubes = 48;
        public const int Sealed = 49;
        public const int HandedOver = 50;
        public const int ScanAgain = 51;
        public const int AgainSamples = 52;
        public const int NotOurTube = 53;
        public const int AgainPacks = 54;
        public const int AgainSeals = 55;
        public const int ReceiverBadge = 56;
        public const int ScanPerson = 57;
        public const int Temperature = 58;
        public const int Isolation = 59;
        public const int NextPeople = 60;
        public const int Pace = 61;
        public const int Wait = 62;
        public const int Finish = 63;
        public const int Score = 64;
        public const int NotListed = 65;
        public const int Missing = 66;
        public const int HomeComplete = 67;
        public const int TubeAge = 68;
        public const int TubeTooOld = 69;
        public const int GreenSign = 70;
        public const int TrainingOver = 71;
        public const int Unsent = 72;
        public const int NeedsNewCard = 73;

        public const int Listed = 74;

        /// <summary>Index of the first <see cref="Protocol.Category"/> name.</summary>
        public const int FirstCategory = 75;

        /// <summary>Characters used in lane names besides ASCII; they have glyphs, too.</summary>
        public const string LaneLetters = "一二三四五六七八九十号道东南西北门区栋楼车";

        // A switch, not a table: a literal stays in the program image, while each entry of a table takes 24 bytes of the heap.
        public static string Word(int word, byte language)
        {
            bool zh = language == Chinese;
            switch (word)
            {
                case Queue: return zh ? "排队" : "queue";
                case Done: return zh ? "已采" : "done";
                case ScanTube: return zh ? "扫试管" : "SCAN TUBE";
                case Full: return zh ? "满" : "FULL";
                case Seal: return zh ? "封管" : "SEAL";
                case Undone: return zh ? "已撤销" : "UNDONE";
                case Training: return zh ? "训练" : "TRAIN";
                case NearlyFull: return zh ? "存储>90%" : "log >90%";
                case HostRefuses: return zh ? "主机拒绝" : "host refuses";
                case CallTechnician: return zh ? "找技术员" : "call technician";
                case FlashFault: return zh ? "存储故障" : "FLASH FAULT";
                case AlreadySampled: return zh ? "已采过" : "ALREADY DONE";
                case TubeElsewhere: return zh ? "别道已用此管" : "TUBE ELSEWHERE";
                case LaneWord: return zh ? "通道" : "lane";
                case NewNode: return zh ? "新节点" : "NEW NODE";
                case ScanCard: return zh ? "请扫登记卡" : "scan node card";
                case CardRead: return zh ? "卡已读" : "CARD READ";
                case SelfTest: return zh ? "自检" : "SELF-TEST";
                case SafeMode: return zh ? "不传" : "SAFE";
                case NoFlash: return zh ? "无存储芯片" : "NO FLASH";
                case OtherLog: return zh ? "他机的记录" : "OTHER NODE'S LOG";
                case NotALog: return zh ? "存储中无记录" : "NO LOG ON FLASH";
                case WrongPassword: return zh ? "无线密码错" : "Wi-Fi password";
                case BatteryLow: return zh ? "电量低" : "battery low";
                case HostUntrusted: return zh ? "主机不可信" : "host untrusted";
                case FirstPart + NodePart.Flash: return zh ? "存储" : "flash";
                case FirstPart + NodePart.Scanner: return zh ? "扫码" : "scanner";
                case FirstPart + NodePart.Panel: return zh ? "屏幕" : "screen";
                case FirstPart + NodePart.Wifi: return zh ? "无线" : "Wi-Fi";
                case FirstPart + NodePart.Clock: return zh ? "时钟" : "clock";
                case FirstPart + NodePart.Battery: return zh ? "电池" : "battery";
                case Size: return zh ? "每管" : "size";
                case Round: return zh ? "轮次" : "round";
                case Shift: return zh ? "班次" : "shift";
                case Target: return zh ? "目标" : "target";
                case LaneFixed: return zh ? "固定通道" : "FIXED LANE";
                case LaneGreen: return zh ? "绿色通道" : "GREEN LANE";
                case CategoryWord: return zh ? "类别" : "category";
                case NextPerson: return zh ? "下一位" : "next:";
                case Badge: return zh ? "工牌" : "badge";
                case Home: return zh ? "户" : "home";
                case Stop: return zh ? "点" : "stop";
                case PlaceDone: return zh ? "本处完成" : "PLACE DONE";
                case Here: return zh ? "本处" : "here";
                case Bag: return zh ? "袋" : "bag";
                case Tubes: return zh ? "管" : "tubes";
                case People: return zh ? "人" : "people";
                case Swabs: return zh ? "拭子" : "swabs";
                case PackTubes: return zh ? "扫试管装袋" : "PACK: SCAN TUBES";
                case Sealed: return zh ? "已封袋" : "SEALED";
                case HandedOver: return zh ? "已交接" : "HANDED OVER";
                case ScanAgain: return zh ? "再扫一次" : "SCAN AGAIN";
                case AgainSamples: return zh ? "再扫则采" : "AGAIN = SAMPLE";
                case NotOurTube: return zh ? "非本道试管" : "NOT OUR TUBE";
                case AgainPacks: return zh ? "再扫则装袋" : "AGAIN = PACK";
                case AgainSeals: return zh ? "三数一致再扫封袋" : "OK? SCAN AGAIN";
                case ReceiverBadge: return zh ? "扫接收人的工牌" : "RECEIVER'S BADGE";
                case ScanPerson: return zh ? "扫此人的码" : "SCAN THE PERSON";
                case Temperature: return zh ? "体温高" : "FEVER";
                case Isolation: return zh ? "隔离" : "ISOLATE";
                case NextPeople: return zh ? "请下一组" : "NEXT";
                case Pace: return zh ? "速度" : "pace";
                case Wait: return zh ? "等候" : "wait";
                case Finish: return zh ? "预计" : "end";
                case Score: return zh ? "训练成绩" : "RESULT";
                case NotListed: return zh ? "不在名单" : "OFF LIST";
                case Missing: return zh ? "本户缺" : "missing";
                case HomeComplete: return zh ? "本户已齐" : "home done";
                case TubeAge: return zh ? "试管已过" : "tube";
                case TubeTooOld: return zh ? "试管超4小时" : "TUBE OVER 4 h";
                case GreenSign: return zh ? "绿" : "G";
                case TrainingOver: return zh ? "训练结束" : "TRAINING OVER";
                case Unsent: return zh ? "未传" : "unsent";
                case NeedsNewCard: return zh ? "请扫新卡" : "needs new card";
                case Listed: return zh ? "在名单" : "ON LIST";
                case FirstCategory + Category.General: return zh ? "普通" : "ALL";
                case FirstCategory + Category.Elder: return zh ? "老人" : "ELDER";
                case FirstCategory + Category.Disabled: return zh ? "残障" : "DISAB";
                case FirstCategory + Category.Pregnant: return zh ? "孕妇" : "PREGN";
                case FirstCategory + Category.Child: return zh ? "儿童" : "CHILD";
                case FirstCategory + Category.Student: return zh ? "学生" : "PUPIL";
                case FirstCategory + Category.Medical: return zh ? "医护" : "MEDIC";
                case FirstCategory + Category.KeyGroup: return zh ? "重点" : "KEY";
                case FirstCategory + Category.Returned: return zh ? "返乡" : "BACK";
                default: return "";
            }
        }

        /// <summary>
        /// The word for a host that answers but cannot be used; else -1. A host that is only unreachable shows as the crossed link, and
        /// then the number of unsent records matters.
        /// </summary>
        public static int HostTrouble(byte hostState)
        {
            switch (hostState)
            {
                case PartState.Refused: return HostRefuses;
                case PartState.Untrusted: return HostUntrusted;
                case PartState.Unreadable: return NeedsNewCard;
                default: return -1;
            }
        }

        /// <summary>The word for a reason to turn a person away.</summary>
        public static int OfTurnedAway(int reason)
        {
            return reason == TurnedAway.Isolation ? Isolation : Temperature;
        }

        public static int Count { get { return FirstCategory + Category.Last + 1; } }

        /// <summary>The reason for a refusal, in two or three words.</summary>
        public static string OfRefusal(byte reason, byte language)
        {
            bool zh = language == Chinese;
            switch (reason)
            {
                case Refusal.UnknownCode: return zh ? "未知码" : "UNKNOWN CODE";
                case Refusal.UnknownCard: return zh ? "未知卡" : "UNKNOWN CARD";
                case Refusal.CheckDigit: return zh ? "号码有误" : "CHECK DIGIT";
                case Refusal.NoTube: return zh ? "先扫试管" : "NO TUBE";
                case Refusal.GroupFull: return zh ? "本组已满" : "GROUP FULL";
                case Refusal.AlreadyInTube: return zh ? "已在本管" : "ALREADY IN";
                case Refusal.TubeOpen: return zh ? "先封管" : "CLOSE TUBE FIRST";
                case Refusal.NeedsReason: return zh ? "请扫原因卡" : "WHY EARLY?";
                case Refusal.NothingToUndo: return zh ? "无可撤销" : "NOTHING TO UNDO";
                case Refusal.TooLong: return zh ? "码太长" : "CODE TOO LONG";
                case Refusal.Incomplete: return zh ? "请再扫" : "SCAN AGAIN";
                case Refusal.FlashFull: return zh ? "存储已满" : "LOG FULL";
                case Refusal.FlashFault: return zh ? "存储故障" : "FLASH FAULT";
                case Refusal.TubeUsed: return zh ? "试管已用" : "TUBE USED";
                case Refusal.CardDamaged: return zh ? "卡已损坏" : "CARD DAMAGED";
                case Refusal.OtherNode: return zh ? "他机的卡" : "OTHER NODE";
                case Refusal.ScannerNotSet: return zh ? "扫码头未设" : "SCANNER NOT SET";
                case Refusal.NeedsCategory: return zh ? "先扫类别卡" : "WHICH CATEGORY?";
                case Refusal.CategoryOff: return zh ? "本道无此类" : "CATEGORY OFF";
                case Refusal.NoPlace: return zh ? "未扫户或点码" : "NO PLACE OPEN";
                case Refusal.BagOpen: return zh ? "袋未封" : "BAG OPEN";
                case Refusal.NoBag: return zh ? "先扫袋" : "NO BAG";
                case Refusal.BagUsed: return zh ? "袋已用" : "BAG USED";
                case Refusal.BagEmpty: return zh ? "袋中无管" : "BAG EMPTY";
                case Refusal.TubePacked: return zh ? "试管已装袋" : "TUBE IN A BAG";
                case Refusal.NotSealed: return zh ? "未封不可交" : "NOT SEALED";
                case Refusal.NoBadge: return zh ? "先扫工牌" : "BADGE FIRST";
                case Refusal.SameBadge: return zh ? "交接同一人" : "SAME BADGE";
                case Refusal.HandOverFirst: return zh ? "先交接" : "HAND OVER FIRST";
                case Refusal.NobodyWaiting: return zh ? "无人排队" : "NOBODY WAITING";
                case Refusal.PlaceOpen: return zh ? "本处未完成" : "PLACE OPEN";
                case Refusal.TubeDamaged: return zh ? "试管已损坏" : "TUBE DAMAGED";
                case Refusal.BatteryDiffers: return zh ? "电压不符" : "BATTERY DIFFERS";
                default: return "";
            }
        }

        /// <summary>A category's name.</summary>
        public static string OfCategory(int category, byte language)
        {
            return category <= Category.Last ? Word(FirstCategory + category, language) : "?";
        }
    }
}
