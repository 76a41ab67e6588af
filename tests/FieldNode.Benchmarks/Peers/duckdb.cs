#:package DuckDB.NET.Data.Full
#:property RestorePackagesWithLockFile=false
#:property AnalysisMode=Default
using System.Diagnostics;
using DuckDB.NET.Data;
var (lines, file) = (args[0], args[1]);
using var connection = new DuckDBConnection($"Data Source={file}");
connection.Open();
var clock = Stopwatch.StartNew();
using var command = connection.CreateCommand();
command.CommandText = $"CREATE TABLE records (node VARCHAR, sequence VARCHAR, frame VARCHAR, PRIMARY KEY (node, sequence)); INSERT OR "
    + $"IGNORE INTO records SELECT * FROM read_csv('{lines}', header = false, columns = {{'node': 'VARCHAR', 'sequence': 'VARCHAR', "
    + $"'frame': 'VARCHAR'}}); CHECKPOINT;";
command.ExecuteNonQuery();
Console.WriteLine(clock.Elapsed.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
