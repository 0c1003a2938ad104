#include "core/policy/operators/OperatorRegister.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/vault/OperatorRows.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct OperatorRegisterText
{
    Q_DECLARE_TR_FUNCTIONS(OperatorRegisterText)
};

constexpr char groupDivider = ';';

std::string joinedGroups(const std::vector<std::string>& groups)
{
    std::string text;
    for (const std::string& group : groups) {
        text += text.empty() ? "" : std::string(1, groupDivider);
        text += group;
    }
    return text;
}

/// As joinedGroups wrote them.
std::vector<std::string> groupsOf(std::string_view text)
{
    std::vector<std::string> groups;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find(groupDivider), text.size());
        groups.emplace_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return groups;
}

/// Which of the rows stands in the way of this one; nothing when none does.
std::optional<Operator> rivalOf(const Operator& wanted, const std::vector<Operator>& rows)
{
    const auto isRival = [&wanted](const Operator& row) {
        return row.publicKey == wanted.publicKey || usesName(row, wanted.name) ||
               std::ranges::any_of(
                   wanted.groups, [&row](const std::string& group) { return areSameNames(group, row.name); });
    };
    const auto found = std::ranges::find_if(rows, isRival);
    return found == rows.end() ? std::nullopt : std::optional(*found);
}

tl::unexpected<Error> registeredAlready(const Operator& rival)
{
    return failure(ErrorCode::AlreadyExists,
                   OperatorRegisterText::tr(
                       "The name or the key is in use already, by the operator \"%1\" or a group of theirs.")
                       .arg(QString::fromStdString(rival.name)),
                   QString::fromStdString(toHex(rival.publicKey)));
}

}  // namespace

Result<std::vector<Operator>> OperatorRegister::operators() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<Operator>> {
        ASSIGN_OR_RETURN(const auto vouched, m_trusted.manifest());
        ASSIGN_OR_RETURN(const auto present, operatorRegisterFingerprint(m_database));
        if (vouched.value(trustedTables::operators, operatorRegisterKey) != present) {
            return failure(trustError({std::string(trustedTables::operators),
                                       std::string(operatorRegisterKey), TrustFinding::What::Changed}));
        }
        return rows(m_database);
    });
}

Result<std::vector<Operator>> OperatorRegister::everybody() const
{
    return inSnapshot(m_database, [&]() -> Result<std::vector<Operator>> {
        ASSIGN_OR_RETURN(auto all, operators());
        ASSIGN_OR_RETURN(const auto own, m_identity.find());
        const bool isMissing = own && std::ranges::none_of(all, [&own](const Operator& one) {
                                   return one.publicKey == own->publicKey;
                               });
        if (isMissing) {
            all.push_back({.name = own->name, .publicKey = own->publicKey, .groups = {}, .addedAt = 0});
        }
        return all;
    });
}

Result<Operator> OperatorRegister::add(const std::string& name, const ed25519::PublicKey& key,
                                       std::vector<std::string> groups)
{
    ASSIGN_OR_RETURN(
        const auto wanted,
        checkedOperator(
            {.name = name, .publicKey = key, .groups = std::move(groups), .addedAt = m_clock.now()}));
    return m_audit.commit([&](AuditTransaction& record) -> Result<Operator> {
        ASSIGN_OR_RETURN(const auto present, operators());
        RETURN_IF_ERROR(checkOwn(wanted));
        if (const auto rival = rivalOf(wanted, present)) {
            return registeredAlready(*rival);
        }
        if (present.size() >= maxOperators) {
            return failure(ErrorCode::InvalidInput,
                           OperatorRegisterText::tr("The register has room for 1000 operators."));
        }
        RETURN_IF_ERROR(
            record.add("operator.added", wanted.name,
                       dumpJson({{"publicKey", toHex(wanted.publicKey)}, {"groups", wanted.groups}})));
        RETURN_IF_ERROR(insert(wanted));
        RETURN_IF_ERROR(note());
        return wanted;
    });
}

Result<Operator> OperatorRegister::remove(const std::string& name)
{
    return m_audit.commit([&](AuditTransaction& record) -> Result<Operator> {
        ASSIGN_OR_RETURN(const auto present, operators());
        const auto found = std::ranges::find(present, name, &Operator::name);
        if (found == present.end()) {
            return failure(ErrorCode::NotFound,
                           OperatorRegisterText::tr("There is no operator of this name."));
        }
        RETURN_IF_ERROR(
            record.add("operator.removed", name, dumpJson({{"publicKey", toHex(found->publicKey)}})));
        SQLite::Statement statement(m_database.handle(), "DELETE FROM operator WHERE name = ?");
        statement.bind(1, name);
        statement.exec();
        RETURN_IF_ERROR(note());
        return *found;
    });
}

Result<std::vector<Operator>> OperatorRegister::rows(Database& database)
{
    return attempt([&]() -> Result<std::vector<Operator>> {
        auto query =
            database.statement("SELECT name, public_key, member_of, added_at FROM operator ORDER BY name");
        std::vector<Operator> operators;
        while (query->executeStep()) {
            Operator& one = operators.emplace_back();
            one.name = query->getColumn(0).getString();
            const BytesView key = blobView(query->getColumn(1));
            std::copy_n(key.begin(), std::min(key.size(), one.publicKey.size()), one.publicKey.begin());
            one.groups = groupsOf(query->getColumn(2).getString());
            one.addedAt = query->getColumn(3).getInt64();
        }
        return operators;
    });
}

/// The same person must not count twice, nor somebody else under this desk's name.
Status OperatorRegister::checkOwn(const Operator& wanted) const
{
    ASSIGN_OR_RETURN(const auto own, m_identity.find());
    if (!own || (own->publicKey == wanted.publicKey && own->name == wanted.name)) {
        return {};
    }
    if (own->publicKey == wanted.publicKey) {
        return failure(ErrorCode::InvalidInput,
                       OperatorRegisterText::tr("This is this desk's own key. It can be registered under its "
                                                "own name only: \"%1\".")
                           .arg(QString::fromStdString(own->name)));
    }
    if (usesName(wanted, own->name)) {
        return failure(ErrorCode::InvalidInput,
                       OperatorRegisterText::tr("\"%1\" is this desk's own operator. Choose another name.")
                           .arg(QString::fromStdString(own->name)));
    }
    return {};
}

Status OperatorRegister::insert(const Operator& one)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(
            m_database.handle(),
            "INSERT INTO operator (name, public_key, member_of, added_at) VALUES (?, ?, ?, ?)");
        statement.bind(1, one.name);
        statement.bind(2, one.publicKey.data(), static_cast<int>(one.publicKey.size()));
        statement.bind(3, joinedGroups(one.groups));
        statement.bind(4, one.addedAt);
        statement.exec();
        return {};
    });
}

Status OperatorRegister::note()
{
    ASSIGN_OR_RETURN(const auto fingerprint, operatorRegisterFingerprint(m_database));
    return m_trusted.note(trustedTables::operators, operatorRegisterKey, fingerprint);
}

bool usesName(const Operator& one, const std::string& name)
{
    return areSameNames(one.name, name) || std::ranges::any_of(one.groups, [&name](const std::string& group) {
               return areSameNames(group, name);
           });
}

}  // namespace countersign
