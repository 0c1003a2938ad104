#pragma once

#include <QAbstractButton>
#include <QVBoxLayout>
#include <QWidget>

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

/// The navigation bar at the left edge: lists the pages that exist, with counts; Ctrl+1… reach them too.
class NavigationBar : public QWidget
{
    Q_OBJECT

public:
    explicit NavigationBar(QWidget* parent = nullptr);
    NavigationButton* addPage(const QString& icon, const QString& text);
    /// Between the pages before it and those after.
    void addLine();
    void setCurrent(int page);

Q_SIGNALS:
    void pageChosen(int page);

private:
    QVBoxLayout* m_layout;
    QList<NavigationButton*> m_buttons;
};

}  // namespace countersign
