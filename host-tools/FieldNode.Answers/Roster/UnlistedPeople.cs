using System.Data.Common;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Log.Database;
using FieldNode.Log.Keys;

namespace FieldNode.Answers.Roster;

/// <summary>People who were sampled and are on no roster.</summary>
internal static class UnlistedPeople
{
    /// <summary>Finds the people sampled without being on any roster. It reads the records, because the index of codes contains no
    /// codes.</summary>
    public static void Rebuild(DbConnection connection, Vault vault)
    {
        Sql.Execute(connection, "DELETE FROM unlisted");
        if (Sql.Scalar(connection, "SELECT EXISTS (SELECT 1 FROM rosters)") == 0)
        {
            return;
        }

        using var statements = new Statements(connection);
        var unlist = Rows.Create(statements, "INSERT INTO unlisted (code, round) SELECT k.code, k.round FROM {k} WHERE NOT EXISTS "
            + "(SELECT 1 FROM roster_people WHERE person = k.code) ON CONFLICT DO NOTHING", "code text, round");
        foreach (var (node, epoch) in MergedLog.Epochs(connection))
        {
            foreach (var person in MergedLog.Day(connection, vault, node, epoch).People.Where(person => PersonState.Counts(person.State)
                && Vault.IsSealed(person.Person)))
            {
                unlist.Add(person.Person, person.Round);
            }

            unlist.Run();
        }
    }
}
