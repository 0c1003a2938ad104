#include "ui/pages/detail/AuditDetail.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {

constexpr int detailIndent = 2;

QString detailText(const std::string& detail)
{
    const auto json = parseJson(detail);
    return visibleText(json ? json->dump(detailIndent, ' ', false, Json::error_handler_t::replace) : detail,
                       true);
}

}  // namespace

AuditDetail::AuditDetail(ProfileReader& reader, QWidget* parent)
    : DetailPane(reader, tr("Select an entry to see what it says."), parent)
{
    m_title = plainLabel({}, content(), Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_facts = new FactGrid(content());
    m_text = new QPlainTextEdit(content());
    m_text->setReadOnly(true);
    m_text->setFont(Theme::monospace());
    m_text->setAccessibleName(tr("What the entry says"));
    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_title);
    layout->addWidget(m_facts);
    layout->addWidget(sectionLabel(tr("Detail"), content()));
    layout->addWidget(m_text, 1);
}

void AuditDetail::read()
{
    ask<AuditRow>(&AuditDetail::known, [this](const AuditRow& row) { show(row); });
}

Result<AuditRow> AuditDetail::known(Database& database, std::int64_t id)
{
    return AuditCatalog(database).find(id);
}

void AuditDetail::show(const AuditRow& row)
{
    m_title->setText(visibleText(row.kind));
    m_facts->clear();
    m_facts->add(tr("Number"), QLocale().toString(static_cast<qlonglong>(row.seq)));
    m_facts->addTime(tr("Time"), row.at);
    if (!row.subject.empty()) {
        m_facts->addCode(tr("About"), visibleText(row.subject));
    }
    m_facts->addCode(tr("Hash"), QString::fromStdString(toHexPrefixed(row.hash)));
    m_text->setPlainText(detailText(row.detail));
}

}  // namespace countersign
