#include "app/cli/commands/profile/AddressCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/InputFile.h"
#include "core/addressbook/AddressCsv.h"
#include "core/addressbook/AddressRecorder.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/delegation/WalletAddress.h"
#include "core/delegation/WalletCatalog.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView bookChainOption("chain");
constexpr QLatin1StringView formatOption("format");
constexpr QLatin1StringView acceptOption("accept-look-alikes");

struct AddressCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(AddressCommandsText)
};

Json toJson(const AddressEntry& entry)
{
    return {{"chain", entry.chain}, {"address", entry.address}, {"name", entry.name},
            {"tags", entry.tags},   {"lists", entry.lists},     {"changedAt", toIso8601(entry.changedAt)}};
}

Json toJson(const AddressChanges& changes)
{
    Json lookAlikes = Json::array();
    for (const AddressChanges::LookAlike& one : changes.lookAlikes) {
        lookAlikes.push_back({{"address", one.entry.address}, {"looksLike", one.other.address}});
    }
    return {{"added", changes.added},
            {"changed", changes.changed},
            {"unchanged", changes.unchanged},
            {"lookAlikes", std::move(lookAlikes)}};
}

/// The entry that the words mean; chain may be empty where there is but one.
Result<AddressEntry> entryMeant(Database& database, const std::string& address, const std::string& chain)
{
    ASSIGN_OR_RETURN(const auto rows, AddressBook::rows(database));
    const auto isMeant = [&](const AddressEntry& entry) {
        return sameAddress(entry.address, address) && (chain.empty() || entry.chain == chain);
    };
    const auto found = std::ranges::find_if(rows, isMeant);
    if (found == rows.end()) {
        return failure(ErrorCode::NotFound,
                       AddressCommandsText::tr("The address book does not have this address."));
    }
    if (std::find_if(found + 1, rows.end(), isMeant) != rows.end()) {
        return failure(
            ErrorCode::InvalidInput,
            AddressCommandsText::tr("The address is there for several chains. Say which with --chain."));
    }
    return *found;
}

/// A wallet is the same on every chain of its kind.
AddressEntry entryOf(const Wallet& wallet, const std::string& tag)
{
    return {.chain = wallet.chain == solanaChain ? "solana" : "eip155",
            .address = wallet.address,
            .name = "Wallet " + wallet.walletId,
            .tags = {tag},
            .lists = {},
            .changedAt = 0};
}

AddressRecorder recorderOf(ProfileSession& session)
{
    return {session.database(), session.vault(), session.clock()};
}

}  // namespace

void AddressCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("addresses import"),
         .summary = AddressCommandsText::tr("Takes the addresses of a CSV file into the address book."),
         .details = AddressCommandsText::tr(
             "Columns: address, chain (eip155:1, solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp, or eip155 or\n"
             "solana for every chain of that kind), name, tags and lists (several are divided by\n"
             "semicolons). What is there for the same address and chain is replaced, others stay. The\n"
             "lists allow and block are those that the console knows. - is standard input."),
         .options = {{.name = acceptOption,
                      .valueName = {},
                      .description = AddressCommandsText::tr(
                          "also addresses that begin and end like another one; compare them first")},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = import});
    table.add({.words = QStringLiteral("addresses list"),
               .summary = AddressCommandsText::tr("Lists the address book."),
               .details = {},
               .options = {{.name = formatOption,
                            .valueName = QStringLiteral("FORMAT"),
                            .description = AddressCommandsText::tr(
                                "json (default), or csv, as \"addresses import\" reads it")},
                           passphraseOption()},
               .positionals = {},
               .run = list});
    table.add({.words = QStringLiteral("addresses remove"),
               .summary = AddressCommandsText::tr("Takes an address out of the address book."),
               .details = {},
               .options = {{.name = bookChainOption,
                            .valueName = QStringLiteral("CHAIN"),
                            .description = AddressCommandsText::tr("where it is there for several chains")},
                           passphraseOption()},
               .positionals = {{.name = QStringLiteral("ADDRESS")}},
               .run = remove});
    table.add({.words = QStringLiteral("wallets tag"),
               .summary = AddressCommandsText::tr("Gives a wallet a tag that policies can name."),
               .details = AddressCommandsText::tr("The tag is kept in the address book, with its address."),
               .options = {passphraseOption()},
               .positionals = {{.name = AddressCommandsText::tr("WALLET-ID or ADDRESS")},
                               {.name = QStringLiteral("NAME")}},
               .run = tagWallet});
}

void AddressCommands::import(Invocation& invocation)
{
    const auto file = readInputFile(invocation.arguments().positionalBytes().front(), maxAddressCsvBytes,
                                    invocation.terminal());
    if (!file) {
        return invocation.fail(file.error());
    }
    auto entries = parseAddressCsv(asText(*file));
    if (!entries) {
        return invocation.fail(entries.error());
    }
    const std::string fileHash = toHex(sha256(*file));
    const auto onLookAlike = invocation.arguments().has(acceptOption) ? AddressBook::OnLookAlike::Accept
                                                                      : AddressBook::OnLookAlike::Refuse;
    ProfileSession::open(
        invocation, [&invocation, entries = *std::move(entries), fileHash, onLookAlike](const auto& session) {
            const auto changes = recorderOf(*session).import(entries, fileHash, onLookAlike);
            if (!changes) {
                return invocation.fail(changes.error());
            }
            invocation.finish(toJson(*changes));
        });
}

void AddressCommands::list(Invocation& invocation)
{
    const QString format = invocation.arguments().value(formatOption);
    if (!format.isEmpty() && format != QLatin1StringView("json") && format != QLatin1StringView("csv")) {
        return invocation.usage(AddressCommandsText::tr("--format is json or csv."));
    }
    ProfileSession::open(invocation, [&invocation, format](const auto& session) {
        const auto entries = AddressBook::rows(session->database());
        if (!entries) {
            return invocation.fail(entries.error());
        }
        // The list shows the rows; that they do not count is said beside it.
        session->tellFindings(invocation.terminal(), {trustedTables::addressBook});
        if (format == QLatin1StringView("csv")) {
            invocation.terminal().write(asBytes(addressCsv(*entries)));
            return invocation.finish();
        }
        Json output = Json::array();
        for (const AddressEntry& entry : *entries) {
            output.push_back(toJson(entry));
        }
        invocation.finish(output);
    });
}

void AddressCommands::remove(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto entry =
            entryMeant(session->database(), invocation.arguments().positionals().first().toStdString(),
                       invocation.arguments().value(bookChainOption).toStdString());
        if (!entry) {
            return invocation.fail(entry.error());
        }
        const auto removed =
            recorderOf(*session).remove(std::array{AddressKey{entry->chain, entry->address}});
        if (!removed) {
            return invocation.fail(removed.error());
        }
        invocation.finish({{"chain", entry->chain}, {"address", entry->address}});
    });
}

void AddressCommands::tagWallet(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const QStringList& words = invocation.arguments().positionals();
        const auto wallet = WalletCatalog(session->database()).find(words.first().toStdString());
        if (!wallet) {
            return invocation.fail(wallet.error());
        }
        const std::string tag = words.last().toStdString();
        const auto tagged = recorderOf(*session).tag(wallet->walletId, entryOf(*wallet, tag));
        if (!tagged) {
            return invocation.fail(tagged.error());
        }
        invocation.finish(
            {{"walletId", wallet->walletId}, {"address", tagged->address}, {"tags", tagged->tags}});
    });
}

}  // namespace countersign::cli
