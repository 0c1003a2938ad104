#include "ui/operators/OperatorDetail.h"

#include "ui/text/OperatorText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

OperatorDetail::OperatorDetail(QWidget* parent) : QWidget(parent)
{
    m_nothing = mutedLabel(tr("Select an operator to see the key."), this);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_content = new QWidget(this);
    m_name = plainLabel({}, m_content, Theme::font(1.25, QFont::DemiBold));
    m_name->setWordWrap(true);
    m_key = new KeyView(true, m_content);
    m_facts = new FactGrid(m_content);
    m_remove = new QPushButton(tr("Remove …"), m_content);
    m_remove->setAccessibleName(tr("Remove this operator"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    auto* inside = new QVBoxLayout(m_content);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(12);
    inside->addWidget(m_name);
    inside->addWidget(m_key);
    inside->addWidget(m_facts);
    inside->addLayout(buttons);
    inside->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_nothing);
    layout->addWidget(m_content, 1);
    show(nullptr);
}

void OperatorDetail::show(const Operator* one)
{
    m_nothing->setVisible(one == nullptr);
    m_content->setVisible(one != nullptr);
    if (one == nullptr) {
        m_shown.reset();
        return;
    }
    if (m_shown == *one) {
        return;
    }
    m_shown = *one;
    m_name->setText(visibleText(one->name));
    m_key->show(one->publicKey);
    m_facts->clear();
    m_facts->add(tr("Groups"), one->groups.empty() ? tr("none") : groupsText(one->groups));
    m_facts->addTime(tr("Registered"), one->addedAt);
}

}  // namespace countersign
