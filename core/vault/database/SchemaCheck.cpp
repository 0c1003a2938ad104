#include "core/vault/database/SchemaCheck.h"

#include "core/base/text/SanitizedText.h"
#include "core/vault/database/Database.h"
#include "core/vault/database/Schema.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace countersign {

namespace {

struct SchemaCheckText
{
    Q_DECLARE_TR_FUNCTIONS(SchemaCheckText)
};

/// By version; 0 is the empty file.
using SchemaReference = std::vector<std::vector<SchemaObject>>;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool separatesItself(char c)
{
    return c == '(' || c == ')' || c == ',';
}

/// The quote that ends what this one begins; nothing when it begins nothing.
std::optional<char> closingQuote(char c)
{
    if (c == '\'' || c == '"' || c == '`') {
        return c;
    }
    return c == '[' ? std::optional(']') : std::nullopt;
}

std::int64_t headerNumber(SQLite::Database& database, const char* name)
{
    return database.execAndGet(std::string("PRAGMA main.") + name).getInt64();
}

/// Every version in turn, as migrate() makes it.
Result<SchemaReference> makeReference()
{
    return attempt([]() -> Result<SchemaReference> {
        SQLite::Database memory(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SchemaReference reference = {{}};
        for (const SchemaVersion& version : schemaVersions()) {
            for (const SchemaStep& step : version) {
                memory.exec(step.sql);
            }
            reference.push_back(readSchema(memory));
        }
        return reference;
    });
}

const Result<SchemaReference>& schemaReference()
{
    static const Result<SchemaReference> reference = makeReference();
    return reference;
}

QString objectName(const SchemaObject& object)
{
    // Whoever put it in chose its name.
    constexpr qsizetype shownCharacters = 80;
    const QString name = sanitizedText(object.name, shownCharacters);
    const QString table = sanitizedText(object.table, shownCharacters);
    if (object.type == "table") {
        return SchemaCheckText::tr("the table %1").arg(name);
    }
    if (object.type == "view") {
        return SchemaCheckText::tr("the view %1").arg(name);
    }
    if (object.type == "index") {
        return SchemaCheckText::tr("the index %1 of the table %2").arg(name, table);
    }
    if (object.type == "trigger") {
        return SchemaCheckText::tr("the trigger %1 on the table %2").arg(name, table);
    }
    return SchemaCheckText::tr("the object %1").arg(name);
}

tl::unexpected<Error> changedOutside(const QString& what)
{
    return failure(ErrorCode::BadSignature,
                   SchemaCheckText::tr(
                       "The profile's database was changed outside Countersign: %1. So nothing is done "
                       "with it. Restore profile.sqlite from a backup, or undo that change with SQLite's "
                       "own tools once you know who made it and what for.")
                       .arg(what),
                   QStringLiteral("schema"));
}

bool isSameObject(const SchemaObject& one, const SchemaObject& other)
{
    return one.type == other.type && one.name == other.name;
}

bool hasObject(const std::vector<SchemaObject>& objects, const SchemaObject& object)
{
    return std::any_of(objects.begin(), objects.end(),
                       [&](const SchemaObject& one) { return isSameObject(one, object); });
}

/// Both sorted. The first difference decides.
Status compareSchemas(const std::vector<SchemaObject>& present, const std::vector<SchemaObject>& expected)
{
    std::vector<SchemaObject> foreign;
    std::set_difference(present.begin(), present.end(), expected.begin(), expected.end(),
                        std::back_inserter(foreign));
    if (!foreign.empty()) {
        const SchemaObject& first = foreign.front();
        return changedOutside((hasObject(expected, first) ? SchemaCheckText::tr("%1 was changed")
                                                          : SchemaCheckText::tr("%1 was put in"))
                                  .arg(objectName(first)));
    }
    std::vector<SchemaObject> missing;
    std::set_difference(expected.begin(), expected.end(), present.begin(), present.end(),
                        std::back_inserter(missing));
    return missing.empty()
               ? Status()
               : changedOutside(SchemaCheckText::tr("%1 was taken out").arg(objectName(missing.front())));
}

/// Two names for one place would let a row of the one change the other.
Status checkPlaces(SQLite::Database& database)
{
    SQLite::Statement query(database,
                            "SELECT count(*), count(DISTINCT CAST(rootpage AS INTEGER)), "
                            "min(CAST(rootpage AS INTEGER)) FROM main.sqlite_master");
    query.executeStep();
    const std::int64_t objects = query.getColumn(0).getInt64();
    constexpr std::int64_t firstFreePage = 2;
    const bool sound = objects == 0 || (query.getColumn(1).getInt64() == objects &&
                                        query.getColumn(2).getInt64() >= firstFreePage);
    return sound ? Status() : changedOutside(SchemaCheckText::tr("two of its tables lie in one place"));
}

}  // namespace

std::string comparableText(std::string_view sql)
{
    std::string text;
    text.reserve(sql.size());
    std::optional<char> quote;
    bool blank = false;
    for (const char c : sql) {
        if (!quote && isBlank(c)) {
            blank = true;
            continue;
        }
        if (blank && !text.empty() && !separatesItself(text.back()) && !separatesItself(c)) {
            text += ' ';
        }
        blank = false;
        text += c;
        if (!quote) {
            quote = closingQuote(c);
        } else if (c == *quote) {
            quote.reset();
        }
    }
    return text;
}

std::vector<SchemaObject> readSchema(SQLite::Database& database)
{
    // Bounded: a foreign file may hold anything, and ours has some dozens of objects of a few hundred bytes.
    // Under this name, which SQLite gives to nothing else.
    SQLite::Statement query(database,
                            "SELECT type, name, tbl_name, substr(coalesce(sql, ''), 1, 65536) "
                            "FROM main.sqlite_master LIMIT 1000");
    std::vector<SchemaObject> objects;
    while (query.executeStep()) {
        objects.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                           query.getColumn(2).getString(), comparableText(query.getColumn(3).getString())});
    }
    std::sort(objects.begin(), objects.end());
    return objects;
}

Result<int> examineSchema(SQLite::Database& database)
{
    const auto& reference = schemaReference();
    if (!reference) {
        return failure(reference.error());
    }
    return attempt([&]() -> Result<int> {
        const std::int64_t version = headerNumber(database, "user_version");
        const std::vector<SchemaObject> present = readSchema(database);
        if (!present.empty() && headerNumber(database, "application_id") != profileApplicationId) {
            return failure(ErrorCode::Corrupt,
                           SchemaCheckText::tr("The file in this folder is not a Countersign profile."));
        }
        if (version > currentSchemaVersion()) {
            return failure(
                ErrorCode::Unsupported,
                SchemaCheckText::tr("This profile was written by a newer version of Countersign. Update the "
                                    "program to open it."),
                QStringLiteral("schema %1, known %2").arg(version).arg(currentSchemaVersion()));
        }
        if (version < 0) {
            return changedOutside(SchemaCheckText::tr("its version is %1").arg(version));
        }
        // In another one, what is read back need not be what was written.
        if (database.execAndGet("PRAGMA main.encoding").getString() != "UTF-8") {
            return changedOutside(SchemaCheckText::tr("its text has another encoding"));
        }
        const auto& expected = reference->at(static_cast<std::size_t>(version));
        RETURN_IF_ERROR(compareSchemas(present, expected).and_then([&] { return checkPlaces(database); }));
        return Result<int>(static_cast<int>(version));
    });
}

}  // namespace countersign
