#pragma once

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/abi/AbiValue.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/descriptors/Descriptors.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <string>
#include <string_view>

namespace countersign {

/// JSON without backslashes: its quotes are single ones.
inline std::string json(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

/// A folder of descriptors for tests, and calls of the contract that they describe.
class DescriptorFolder
{
public:
    static constexpr const char* contract = "0x00000000000000000000000000000000000000c1";
    static constexpr const char* token = "0x00000000000000000000000000000000000000aa";
    static constexpr const char* someone = "0x00000000000000000000000000000000000000b0";

    DescriptorFolder()
    {
        m_lists.add(meaning::KnownToken{
            .chain = "eip155:1", .address = token, .symbol = "TKN", .name = "Token", .decimals = 6});
    }

    void write(const QString& name, std::string_view text)
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.data(), static_cast<qint64>(text.size()));
    }
    void remove(const QString& name) { QFile::remove(m_folder.filePath(name)); }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    meaning::KnownLists& lists() { return m_lists; }

    /// A descriptor of the contract with one function; members: more of the outermost ones, with a comma.
    static std::string descriptor(const std::string& function, const std::string& fields,
                                  const std::string& members = {})
    {
        return json("{'context':{'contract':{'deployments':[{'chainId':1,'address':'") +
               std::string(contract) + json("'}]}},") + members + json("'display':{'formats':{'") + function +
               json("':{'intent':'Do it','fields':[") + fields + "]}}}}";
    }

    /// Data of a call: the selector of the function, then words in hex.
    static Bytes call(const std::string& function, std::string_view words)
    {
        const auto selector = parseAbiFunction(function)->selector();
        Bytes data(selector.begin(), selector.end());
        const Bytes arguments = *fromHex(words);
        data.insert(data.end(), arguments.begin(), arguments.end());
        return data;
    }
    static std::string word(std::uint64_t number) { return toHex(toBytes32(Uint256(number))); }
    static std::string word(const char* address)
    {
        return std::string(24, '0') + std::string(address).substr(2);
    }

    std::optional<meaning::Meaning> explain(const Bytes& data, const Uint256& value = 0) const
    {
        const auto descriptors = meaning::Descriptors::open(path());
        const meaning::EvmCall wanted{.chainId = Uint256(1),
                                      .from = parseEvmAddress(someone).value(),
                                      .to = parseEvmAddress(contract).value(),
                                      .value = value,
                                      .data = data};
        const meaning::Knowledge knowledge{.lists = m_lists, .descriptors = descriptors->get()};
        return (*descriptors)->explain(wanted, knowledge);
    }

    static std::string valueOf(const meaning::Meaning& meaning, std::string_view label)
    {
        for (const meaning::Field& field : meaning.fields) {
            if (field.label == label) {
                return field.value;
            }
        }
        return "(absent)";
    }
    static bool hasFinding(const meaning::Meaning& meaning, std::string_view id)
    {
        return std::ranges::find(meaning.findings, id, &meaning::Finding::id) != meaning.findings.end();
    }

private:
    QTemporaryDir m_folder;
    meaning::KnownLists m_lists = meaning::KnownLists::builtin();
};

}  // namespace countersign
