#include "ui/review/content/TypedDataTree.h"

#include "core/base/encoding/JsonIntegers.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "ui/text/VisibleText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr int deepestNode = 24;
constexpr int mostNodes = 2000;

struct TypedDataTreeText
{
    Q_DECLARE_TR_FUNCTIONS(TypedDataTreeText)
};

/// The declared type of a struct's member; empty when types does not tell.
std::string memberType(const Json& types, const std::string& structName, const std::string& member)
{
    if (!types.is_object() || !types.contains(structName) || !types[structName].is_array()) {
        return {};
    }
    for (const Json& entry : types[structName]) {
        const auto name = optionalString(entry, "name");
        const auto type = optionalString(entry, "type");
        if (name && *name == member && type && *type) {
            return **type;
        }
    }
    return {};
}

class TreeMaker
{
public:
    explicit TreeMaker(const Json& types) : m_types(types) {}

    QList<ContentNode> members(const Json& object, const std::string& structName, int depth)
    {
        QList<ContentNode> nodes;
        for (const auto& [name, value] : object.items()) {
            if (m_left-- <= 0) {
                nodes.append(tooMany());
                break;
            }
            const std::string type = memberType(m_types, structName, name);
            nodes.append(node(visibleText(name, false, 200), value, type, depth));
        }
        return nodes;
    }

private:
    static ContentNode tooMany()
    {
        return {QStringLiteral("…"), {}, TypedDataTreeText::tr("more members than are shown; see Raw"), {}};
    }

    ContentNode node(const QString& name, const Json& value, const std::string& type, int depth)
    {
        ContentNode made{name, visibleText(type, false, 200), {}, {}};
        if (!value.is_structured()) {
            made.value = scalarText(value);
        } else if (depth >= deepestNode) {
            made.value = TypedDataTreeText::tr("too deep to show; see Raw");
        } else if (value.is_object()) {
            made.children = members(value, type, depth + 1);
        } else {
            made.value = TypedDataTreeText::tr("%1 entries").arg(value.size());
            made.children = entries(value, type.substr(0, type.rfind('[')), depth + 1);
        }
        return made;
    }

    QList<ContentNode> entries(const Json& array, const std::string& type, int depth)
    {
        QList<ContentNode> nodes;
        int index = 0;
        for (const Json& item : array) {
            if (m_left-- <= 0) {
                nodes.append(tooMany());
                break;
            }
            nodes.append(node(QStringLiteral("[%1]").arg(index++), item, type, depth));
        }
        return nodes;
    }

    const Json& m_types;
    int m_left = mostNodes;
};

}  // namespace

QString scalarText(const Json& value)
{
    constexpr std::size_t longest = 4096;
    return value.is_string() ? visibleText(value.get_ref<const std::string&>(), false, longest)
                             : visibleText(dumpJsonExactly(value), false, longest);
}

QList<ContentNode> typedDataTree(const Json& typedData, const std::string& primaryType)
{
    // Where the domain itself is signed there is no message.
    const char* const shown = primaryType == typedDataDomainType ? "domain" : "message";
    if (!typedData.is_object() || !typedData.contains(shown) || !typedData[shown].is_object()) {
        return {};
    }
    const Json types = typedData.contains("types") ? typedData["types"] : Json();
    return TreeMaker(types).members(typedData[shown], primaryType, 0);
}

}  // namespace countersign
