#pragma once

#include <QAbstractButton>

namespace countersign {

/// One page's entry: icon, word, and a count of what waits there.
class NavigationButton : public QAbstractButton
{
    Q_OBJECT

public:
    NavigationButton(QString icon, const QString& text, QWidget* parent);
    /// 0 shows nothing. attention colours the count as something that waits for a person.
    void setCount(qint64 count, bool attention);
    qint64 count() const { return m_count; }
    QSize sizeHint() const override { return {176, 38}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    qint64 m_count = 0;
    bool m_attention = false;
};

}  // namespace countersign
