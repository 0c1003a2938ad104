#include "app/relay/AdminCommands.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/Utf8.h"
#include "services/relay/store/InboxName.h"
#include "services/relay/store/RelayDatabase.h"

#include <QCoreApplication>
#include <QFile>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace countersign::relay {

namespace {

struct AdminCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(AdminCommandsText)
};

using Command = RelayOptions::Command;

/// Generous; Dynamic's secrets have some dozens of characters.
constexpr qint64 maxSecretBytes = 4096;

void print(const Json& json)
{
    std::printf("%s\n", dumpJson(json).c_str());
}

Result<SecretBytes> readSecret(const std::string& path)
{
    // By its descriptor: QFile would decode the name.
    const bool isInput = path == "-";
    const int descriptor = isInput ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    QFile file;
    if (descriptor < 0 || !file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered,
                                     isInput ? QFileDevice::DontCloseHandle : QFileDevice::AutoCloseHandle)) {
        return failure(ErrorCode::Storage, AdminCommandsText::tr("The secret file %1 cannot be read: %2.")
                                               .arg(shownUtf8(path), qt_error_string(errno)));
    }
    SecretBytes secret(maxSecretBytes + 1);
    qint64 size = 0;
    while (size <= maxSecretBytes) {
        const qint64 read =
            file.read(reinterpret_cast<char*>(secret.data()) + size, maxSecretBytes + 1 - size);
        if (read <= 0) {
            break;
        }
        size += read;
    }
    secret.truncate(static_cast<std::size_t>(size));
    dropTrailingNewline(secret);
    dropByteOrderMark(secret);
    if (secret.isEmpty() || size > maxSecretBytes) {
        return failure(ErrorCode::InvalidInput,
                       AdminCommandsText::tr("The secret file %1 must hold 1 to %2 bytes.")
                           .arg(shownUtf8(path))
                           .arg(maxSecretBytes));
    }
    return secret;
}

Json toJson(const InboxRecord& inbox)
{
    return {{"name", inbox.name},
            {"feed", inbox.feed},
            {"head", inbox.head},
            {"firstSeq", inbox.first},
            {"signedBytes", inbox.signedBytes},
            {"otherBytes", inbox.strangerBytes},
            {"webhookSecret", inbox.hasWebhookSecret},
            {"createdAt", toIso8601(inbox.createdAt)}};
}

Json toJson(const TokenRecord& token)
{
    Json json = {{"id", token.id},
                 {"inbox", token.inbox},
                 {"role", std::string(toText(token.role))},
                 {"createdAt", toIso8601(token.createdAt)},
                 {"position", token.position},
                 {"keptBytes", token.keptBytes}};
    json["revokedAt"] = token.revokedAt ? Json(toIso8601(*token.revokedAt)) : Json(nullptr);
    return json;
}

Status createInbox(const RelayOptions& options, RelayStore& store)
{
    SecretBytes secret;
    if (!options.webhookSecretFile.empty()) {
        ASSIGN_OR_RETURN(auto read, readSecret(options.webhookSecretFile));
        secret = std::move(read);
    }
    ASSIGN_OR_RETURN(const auto inbox, store.createInbox(options.name, secret, SystemClock().now()));
    print(toJson(inbox));
    return {};
}

/// For a webhook whose secret came after its address, and after a rotation.
Status replaceSecret(const RelayOptions& options, RelayStore& store)
{
    ASSIGN_OR_RETURN(const auto secret, readSecret(options.webhookSecretFile));
    const Status replaced = store.setWebhookSecret(options.name, secret);
    if (replaced) {
        print({{"name", options.name}, {"webhookSecret", true}});
    }
    return replaced;
}

/// In steps, so that a relay that serves meanwhile is not held up.
Status trimInbox(const RelayOptions& options, RelayStore& store)
{
    Retention retention;
    retention.inbox = options.name;
    retention.upTo = options.upTo;
    Removed all;
    do {
        ASSIGN_OR_RETURN(const auto removed, store.removeOld(retention));
        all.mayBeMore = false;
        all += removed;
    } while (all.mayBeMore);
    print({{"removed", all.entries}});
    return {};
}

/// The token goes from guarded memory straight to the descriptor: no buffer of stdio or JSON keeps a copy.
Status printToken(const SecretBytes& token)
{
    constexpr std::string_view before = R"({"token":")";
    constexpr std::string_view after = "\"}\n";
    SecretBytes line(before.size() + token.size() + after.size());
    std::uint8_t* out = std::copy(before.begin(), before.end(), line.data());
    out = std::copy(token.view().begin(), token.view().end(), out);
    std::copy(after.begin(), after.end(), out);
    std::fflush(stdout);
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        return failure(ErrorCode::Storage,
                       AdminCommandsText::tr("The token could not be printed; revoke it and make another."));
    }
    return {};
}

Status createToken(const RelayOptions& options, RelayStore& store)
{
    const SecretBytes token = newRelayToken();
    const auto hash = relayTokenHash(token.text());
    RETURN_IF_ERROR(store.addToken(options.inbox, options.role, *hash, SystemClock().now()));
    return printToken(token);
}

template <typename Record>
Status printAll(const Result<std::vector<Record>>& records)
{
    if (!records) {
        return failure(records.error());
    }
    Json list = Json::array();
    for (const Record& record : *records) {
        list.push_back(toJson(record));
    }
    print(list);
    return {};
}

Status revokeToken(const RelayOptions& options, RelayStore& store)
{
    const Status revoked = store.revokeToken(options.name, SystemClock().now());
    if (revoked) {
        print({{"revoked", options.name}});
    }
    return revoked;
}

}  // namespace

Status runAdminCommand(const RelayOptions& options)
{
    const bool creates = options.command == Command::InboxCreate;
    if (creates && !isValidInboxName(options.name)) {
        return failure(
            ErrorCode::InvalidInput,
            AdminCommandsText::tr(
                "An inbox's name has 1 to 64 characters of a-z, 0-9 and \"-\" and begins with a letter or "
                "digit."));
    }
    const auto store =
        openRelayDatabase(options.database, creates ? OpenMode::CreateIfMissing : OpenMode::Existing);
    if (!store) {
        return failure(store.error());
    }
    switch (options.command) {
        case Command::InboxCreate:
            return createInbox(options, **store);
        case Command::InboxList:
            return printAll((*store)->inboxes());
        case Command::InboxSecret:
            return replaceSecret(options, **store);
        case Command::InboxTrim:
            return trimInbox(options, **store);
        case Command::TokenCreate:
            return createToken(options, **store);
        case Command::TokenList:
            return printAll((*store)->tokens());
        case Command::TokenRevoke:
            return revokeToken(options, **store);
        case Command::Serve:
        case Command::Help:
        case Command::Version:
            break;
    }
    return failure(ErrorCode::Internal, AdminCommandsText::tr("This is no administrative command."));
}

}  // namespace countersign::relay
