#include "ui/pages/dialogs/DropConfirmation.h"

#include "ui/text/StateText.h"
#include "ui/text/VisibleText.h"

#include <QLocale>

namespace countersign {

namespace {

QString localized(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

QString deliveries(std::int64_t number)
{
    return number == 1 ? DropConfirmation::tr("1 delivery")
                       : DropConfirmation::tr("%1 deliveries").arg(localized(number));
}

}  // namespace

DropConfirmation::DropConfirmation(const QuarantineCatalog::Selected& selected, QWidget* parent)
    : QMessageBox(parent), m_selected(selected)
{
    setIcon(QMessageBox::Warning);
    setWindowTitle(tr("Drop from quarantine"));
    setTextFormat(Qt::PlainText);
    setText(tr("Drop %1 from quarantine?").arg(deliveries(m_selected.unverified + m_selected.genuine)));
    setInformativeText(explanation());
    QPushButton* keep = addButton(QMessageBox::Cancel);
    m_drop = addButton(QString(), QMessageBox::DestructiveRole);
    setDefaultButton(keep);
    setEscapeButton(keep);
    if (m_selected.genuine > 0) {
        m_genuine = new QCheckBox(m_selected.genuine == 1
                                      ? tr("Drop the genuine one too: what it says never takes effect")
                                      : tr("Drop the %1 genuine ones too: what they say never takes effect")
                                            .arg(localized(m_selected.genuine)));
        setCheckBox(m_genuine);
        connect(m_genuine, &QCheckBox::toggled, this, &DropConfirmation::showNumber);
    }
    connect(m_drop, &QPushButton::clicked, this,
            [this] { Q_EMIT confirmed(m_genuine != nullptr && m_genuine->isChecked()); });
    showNumber();
}

void DropConfirmation::showNumber()
{
    const bool withGenuine = m_genuine != nullptr && m_genuine->isChecked();
    const std::int64_t number = m_selected.unverified + (withGenuine ? m_selected.genuine : 0);
    m_drop->setText(number == 0 ? tr("Drop") : tr("Drop %1").arg(deliveries(number)));
    m_drop->setEnabled(number > 0);
}

QString DropConfirmation::explanation() const
{
    QStringList sentences;
    if (m_selected.unverified > 0) {
        sentences
            << (m_selected.unverified == 1
                    ? tr("What is not correctly signed is removed from the profile. This is recorded.")
                    : tr("%1 are not correctly signed; they are removed from the profile. This is recorded.")
                          .arg(localized(m_selected.unverified)));
    }
    if (m_selected.genuine > 0) {
        sentences << (m_selected.genuine == 1
                          ? tr("One is genuine: correctly signed by Dynamic or by a registered submitter.")
                          : tr("%1 are genuine: correctly signed by Dynamic or by a registered submitter.")
                                .arg(localized(m_selected.genuine)));
    }
    QString text = sentences.join(u'\n');
    for (const QuarantineItem& item : m_selected.firstGenuine) {
        text += QStringLiteral("\n• ") + entryTitle(item.kind, item.eventName);
        if (item.walletId) {
            text += tr(" for wallet %1").arg(visibleText(*item.walletId));
        }
    }
    const auto named = static_cast<std::int64_t>(m_selected.firstGenuine.size());
    if (m_selected.genuine > named) {
        text += tr("\n• and %1 more").arg(localized(m_selected.genuine - named));
    }
    return text;
}

}  // namespace countersign
