#include "core/addressbook/AddressRecorder.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct AddressRecorderText
{
    Q_DECLARE_TR_FUNCTIONS(AddressRecorderText)
};

constexpr const char* bookSubject = "address book";

/// The address is the entry's subject.
std::string entryDetail(const AddressEntry& entry)
{
    return dumpJson(
        {{"chain", entry.chain}, {"name", entry.name}, {"tags", entry.tags}, {"lists", entry.lists}});
}

std::string removalDetail(std::span<const AddressKey> keys)
{
    Json detail = {{"entries", keys.size()}};
    if (keys.size() <= AddressRecorder::mostNamed) {
        Json named = Json::array();
        for (const AddressKey& key : keys) {
            named.push_back({{"chain", key.chain}, {"address", key.address}});
        }
        detail["addresses"] = std::move(named);
        return dumpJson(detail);
    }
    Sha256 hash;
    for (const AddressKey& key : keys) {
        hash.add(asBytes(key.chain + ' ' + key.address + '\n'));
    }
    detail["sha256"] = toHex(hash.finish());
    return dumpJson(detail);
}

}  // namespace

Status AddressRecorder::add(const AddressEntry& entry, AddressBook::OnLookAlike onLookAlike)
{
    ASSIGN_OR_RETURN(const AddressEntry checked, checkedEntry(entry));
    return m_audit.record("address.added", checked.address, entryDetail(checked),
                          [&] { return m_book.add(checked, onLookAlike, m_clock.now()); });
}

Status AddressRecorder::change(const AddressEntry& entry)
{
    ASSIGN_OR_RETURN(const AddressEntry checked, checkedEntry(entry));
    return m_audit.record("address.changed", checked.address, entryDetail(checked),
                          [&] { return m_book.change(checked, m_clock.now()); });
}

Result<AddressChanges> AddressRecorder::import(std::span<const AddressEntry> entries,
                                               const std::string& fileSha256,
                                               AddressBook::OnLookAlike onLookAlike)
{
    return m_audit.record("addresses.imported", bookSubject,
                          dumpJson({{"entries", entries.size()}, {"sha256", fileSha256}}),
                          [&] { return m_book.import(entries, onLookAlike, m_clock.now()); });
}

Result<AddressEntry> AddressRecorder::tag(const std::string& walletId, const AddressEntry& entry)
{
    return m_audit.record("address.tagged", walletId,
                          dumpJson({{"address", entry.address}, {"tag", joinedLabels(entry.tags)}}),
                          [&] { return m_book.tag(entry, m_clock.now()); });
}

Status AddressRecorder::remove(std::span<const AddressKey> keys)
{
    if (keys.empty()) {
        return failure(ErrorCode::InvalidInput, AddressRecorderText::tr("No address was named."));
    }
    if (keys.size() == 1) {
        return m_audit.record("address.removed", keys.front().address,
                              dumpJson({{"chain", keys.front().chain}}), [&] { return m_book.remove(keys); });
    }
    return m_audit.record("addresses.removed", bookSubject, removalDetail(keys),
                          [&] { return m_book.remove(keys); });
}

}  // namespace countersign
